import { decide } from './decide';
import type { Draft } from './draft';

/**
 * Decides as always, and takes back all that only a write would make true: the pair keeps what both sides agree on, so
 * that it can be written for from the moment of the cutover on. What would have been sent is told as expected.
 */
export function decideInShadow(draft: Draft, isRedrive: boolean): void {
  const before = { ...draft.pair };
  const noteCount = draft.notes.length;
  decide(draft, isRedrive);
  const intended = draft.pair.intents.filter((intent) => !before.intents.includes(intent));
  if (intended.length === 0) return;
  const { key, base, couple, mapVersion, looksAgain, parks } = draft.pair;
  Object.assign(draft.pair, before, { key, base, couple, mapVersion, looksAgain, parks });
  draft.expected = intended;
  draft.writes.length = 0;
  draft.writtenFirst = null;
  // Neither a conflict that was not decided nor a delete that was not made is told of.
  draft.notes.length = noteCount;
  draft.rest = 'waiting';
}
