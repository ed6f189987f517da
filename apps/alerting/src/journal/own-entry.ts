import { BLANK_ENTRY, type JournalEntry } from '@dualwrite/events';

/** What alerting itself writes into the journal. */
export function ownEntry(
  entry: Pick<JournalEntry, 'id' | 'at' | 'event'> & Partial<JournalEntry>,
): JournalEntry {
  return { ...BLANK_ENTRY, service: 'alerting', severity: 'info', ...entry };
}
