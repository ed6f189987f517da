import type { JournalEntry } from '@dualwrite/events';

/** What alerting itself writes into the journal. */
export function ownEntry(
  entry: Pick<JournalEntry, 'id' | 'at' | 'event'> & Partial<JournalEntry>,
): JournalEntry {
  return {
    service: 'alerting',
    severity: 'info',
    map: null,
    mapVersion: null,
    pairId: null,
    side: null,
    table: null,
    nativeId: null,
    rowId: null,
    key: null,
    intent: null,
    code: null,
    text: null,
    fields: [],
    traceId: null,
    ...entry,
  };
}
