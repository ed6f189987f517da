import { compareRevisions, type Observation } from '@dualwrite/events';
import type { RegisterEntry } from './register-entry';

/**
 * Rule 23: the register was set back, so nothing is believed until the row has been read again. The row stays, for it
 * tells which incarnation the next answer is about; what floated has come to rest before a restored register begins.
 */
export function restoredEntry(entry: RegisterEntry, epoch: number): RegisterEntry {
  return { ...entry, revision: { epoch, n: entry.revision.n }, presence: 'unread', attempts: {} };
}

/**
 * What the register itself had published after the backup was taken. The newest observation alone tells all (rule 5):
 * ids that have ended, origins, answers and the row's id come back, and nothing that the planner has heard is forgotten.
 */
export function recalledEntry(entry: RegisterEntry, published: Observation): RegisterEntry {
  if (compareRevisions(published.revision, entry.revision) <= 0) return entry;
  return {
    ...entry,
    revision: published.revision,
    presence: published.presence,
    row: published.row,
    gone: [...new Set([...entry.gone, ...published.gone])],
    origins: { ...entry.origins, ...published.origins },
    results: published.results,
    last: highest(entry.last, published.last),
    columnSet: published.row === null ? entry.columnSet : published.columnSet,
  };
}

function highest(
  left: RegisterEntry['last'],
  right: RegisterEntry['last'],
): Readonly<Record<string, number>> {
  const merged: Record<string, number> = { ...left };
  for (const [pairId, number] of Object.entries(right)) {
    merged[pairId] = Math.max(merged[pairId] ?? 0, number);
  }
  return merged;
}
