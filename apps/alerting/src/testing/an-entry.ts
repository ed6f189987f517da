import { BLANK_ENTRY, type JournalEntry } from '@dualwrite/events';

/** A journal entry of which a test says only what matters to it. */
export function anEntry(entry: Partial<JournalEntry> = {}): JournalEntry {
  return {
    ...BLANK_ENTRY,
    id: 'e',
    at: '2026-11-23T08:00:00.000Z',
    service: 'mapper',
    event: 'planned',
    severity: 'info',
    map: 'm',
    mapVersion: 1,
    ...entry,
  };
}
