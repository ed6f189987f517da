import { writeId, type BegunWrite } from '@dualwrite/events';
import type { RegisterEntry } from './register-entry';

/**
 * Rule 23: a mark that went with the database, put back by the word of whoever had made it. An answer that is known says
 * more than the mark; a number that is closed without one was settled, and is void for ever (rule 7).
 */
export function withBegun(entry: RegisterEntry, write: BegunWrite): RegisterEntry {
  const { pairId, intent, rowId, source } = write;
  const id = writeId(pairId, intent);
  const last = entry.last[pairId] ?? 0;
  if (entry.results[id] !== undefined || intent <= last) return entry;
  return {
    ...entry,
    results: { ...entry.results, [id]: { outcome: 'started' } },
    last: { ...entry.last, [pairId]: intent },
    // Rule 5: as the mark itself has tied it.
    origins:
      write.kind === 'create' && rowId !== null && source !== null
        ? { ...entry.origins, [rowId]: source }
        : entry.origins,
  };
}
