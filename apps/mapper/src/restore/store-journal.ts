import type { JournalEntry, Names } from '@dualwrite/events';
import { startChange } from '@dualwrite/telemetry';
import { journalRecord, type OutgoingRecord } from '../batch/outgoing';

/** What people are told of a restored database. */
export function storeJournalRecord(
  names: Names,
  map: string | null,
  said: Pick<JournalEntry, 'code' | 'severity' | 'text'>,
): OutgoingRecord {
  return journalRecord(
    {
      event: 'store-restored',
      map,
      mapVersion: null,
      pairId: null,
      side: null,
      table: null,
      nativeId: null,
      rowId: null,
      key: null,
      intent: null,
      fields: [],
      traceId: null,
      ...said,
    },
    startChange(),
    { names, at: new Date().toISOString() },
  );
}
