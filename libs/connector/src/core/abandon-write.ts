import type { Write } from '@dualwrite/events';
import { isOvertaken } from './attempts';
import type { RegisterEntry } from './register-entry';

/** Code of a write that its caller has given up. */
export const ABANDONED = 'abandoned';

export type Abandoned =
  /** It has not begun, and never will: its number is used up (rule 7). */
  | { readonly kind: 'abandoned'; readonly entry: RegisterEntry | null }
  /** An attempt is marked: nobody knows yet whether it had effect. */
  | { readonly kind: 'begun' }
  /** It has its answer already. */
  | { readonly kind: 'ended' };

/**
 * The other turn of a write's entry: whoever comes first, the executor with the mark of its attempt or the caller who
 * gives up, decides whether the write is ever sent. One atomic act, for an entry is stored only if nobody else has
 * stored it since it was read.
 */
export function abandonWrite(
  write: Pick<Write, 'id' | 'pairId' | 'intent'>,
  entry: RegisterEntry,
  revision: RegisterEntry['revision'],
): Abandoned {
  const result = entry.results[write.id];
  if (result?.outcome === 'started') return { kind: 'begun' };
  if (result?.code === ABANDONED) return { kind: 'abandoned', entry: null };
  if (result !== undefined) return { kind: 'ended' };
  if (isOvertaken(entry, write)) return { kind: 'abandoned', entry: null };
  return {
    kind: 'abandoned',
    entry: {
      ...entry,
      revision,
      results: { ...entry.results, [write.id]: { outcome: 'withheld', code: ABANDONED } },
      last: { ...entry.last, [write.pairId]: Math.max(entry.last[write.pairId] ?? 0, write.intent) },
    },
  };
}
