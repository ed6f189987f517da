import type { JournalEntry, JournalEvent, Names } from '@dualwrite/events';
import { appendOutbox, inTransaction } from '@dualwrite/persistence';
import type { DataSource } from 'typeorm';
import type { ConnectorIdentity } from '../connector-identity';
import { journalRecord } from './observation-records';

/** Entries that belong to no row's transaction. */
export class Journal {
  constructor(
    private readonly dataSource: DataSource,
    private readonly identity: ConnectorIdentity,
  ) {}

  blank(id: string, event: JournalEvent, severity: JournalEntry['severity']): JournalEntry {
    return {
      id,
      at: new Date().toISOString(),
      service: this.identity.service,
      event,
      severity,
      map: null,
      mapVersion: null,
      pairId: null,
      side: this.identity.side,
      table: null,
      nativeId: null,
      rowId: null,
      key: null,
      intent: null,
      code: null,
      text: null,
      fields: [],
      traceId: null,
    };
  }

  async append(entry: JournalEntry, traceparent: string): Promise<void> {
    const names: Names = this.identity.names;
    await inTransaction(this.dataSource, (runner) =>
      appendOutbox(runner, [journalRecord(names, entry, traceparent)]),
    );
  }
}
