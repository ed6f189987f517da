import { BLANK_ENTRY, type JournalEntry, type Names } from '@dualwrite/events';
import { startChange } from '@dualwrite/telemetry';
import { journalRecord, type OutgoingRecord } from '../batch/outgoing';

/** What people are told of a restored database. */
export function storeJournalRecord(
  names: Names,
  map: string | null,
  said: Pick<JournalEntry, 'code' | 'severity' | 'text'>,
): OutgoingRecord {
  return journalRecord({ ...BLANK_ENTRY, event: 'store-restored', map, ...said }, startChange(), {
    names,
    at: new Date().toISOString(),
  });
}
