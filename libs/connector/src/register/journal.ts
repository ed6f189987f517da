import { BLANK_ENTRY, type JournalEntry, type JournalEvent, type Names } from '@dualwrite/events';
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
    const { service, side } = this.identity;
    return { ...BLANK_ENTRY, id, at: new Date().toISOString(), service, event, severity, side };
  }

  async append(entry: JournalEntry, traceparent: string): Promise<void> {
    const names: Names = this.identity.names;
    await inTransaction(this.dataSource, (runner) =>
      appendOutbox(runner, [journalRecord(names, entry, traceparent)]),
    );
  }
}
