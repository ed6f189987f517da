import { sameWanted, type Draft } from './draft';
import type { PairState, Verdict } from './pair';
import { samePark } from './parks';
import type { Plan } from './plan';

/** The examination's class, what the journal hears of it, and the pair: the same object when nothing changed. */
export function conclude(draft: Draft, examined: { isAgain: boolean }): Plan {
  const { pair, old } = draft;
  const isPending = draft.rest === 'pending';
  if (!isPending) {
    if (draft.blocks.length > 0 || old.parks.length > 0 || pair.parks.length > 0) {
      const parks = pair.parks.length > 0 ? pair.parks : draft.blocks;
      pair.parks = sameList(old.parks, parks, samePark) ? old.parks : parks;
    }
    pair.wants = sameList(old.wants, draft.wants, sameWanted) ? old.wants : draft.wants;
  }
  const verdict = verdictOf(draft, examined.isAgain);
  pair.verdict = verdict;
  noteParks(draft);
  if (!isPending) noteTurns(draft, verdict);
  return {
    pair: isChanged(old, pair) ? { ...pair } : old,
    writes: draft.writes,
    ...(draft.expected.length > 0 ? { expected: draft.expected } : {}),
    reads: draft.reads,
    journal: draft.notes,
    verdict,
    isRowForeign: draft.isRowForeign,
    calls: draft.calls,
  };
}

/** Every examination ends in exactly one class. */
function verdictOf(draft: Draft, isAgain: boolean): Verdict {
  const { old } = draft;
  if (draft.writtenFirst !== null) return draft.writtenFirst === 'fo' ? 'written-fo' : 'written-dataverse';
  switch (draft.rest) {
    case 'pending':
      return old.verdict ?? 'waiting';
    case 'parked':
      return 'parked';
    case 'filtered':
      return 'filtered';
    case 'waiting':
      return 'waiting';
    case 'held':
      return 'held';
    case 'agreed': {
      // The answer to our own write, or a second look at it: the pair was written, and stays so in the books.
      const wasWritten = old.verdict === 'written-fo' || old.verdict === 'written-dataverse';
      return wasWritten && (draft.answeredApplied || isAgain) && old.verdict ? old.verdict : 'unchanged';
    }
  }
}

/** A write may be refused while another one of the round is still open: the journal hears of it at once. */
function noteParks(draft: Draft): void {
  const { pair, old } = draft;
  for (const park of pair.parks) {
    if (!draft.isReleased && old.parks.some((known) => samePark(known, park))) continue;
    draft.note('parked', {
      severity: park.reason === 'key-taken' || park.reason === 'conflict' ? 'warning' : 'error',
      side: park.rows[0]?.side ?? null,
      code: park.code ?? park.reason,
      text: park.text === null ? park.reason : `${park.reason}: ${park.text}`,
    });
  }
}

/** The journal hears of a state when it is entered or left, not each time it is found again. */
function noteTurns(draft: Draft, verdict: Verdict): void {
  const { pair, old } = draft;
  if (old.parks.length > 0 && pair.parks.length === 0 && !draft.isReleased) {
    draft.note('released', { code: old.parks[0]?.reason ?? null });
  }
  // A partner that is not read yet is no news of the row: a baseline would tell it of every one.
  const [wanted] = verdict === 'waiting' ? pair.wants : [];
  const [wantedBefore] = old.verdict === 'waiting' ? old.wants : [];
  if (wanted && !wantedBefore) {
    draft.note('waiting', {
      side: wanted.side,
      code: 'missing-row',
      text: `${wanted.table} where ${wanted.column} is ${wanted.value}`,
    });
  }
  if (wantedBefore && verdict !== 'waiting') draft.note('resumed');
  if (verdict === 'filtered' && old.verdict !== 'filtered')
    draft.note('filtered', { code: draft.filteredBy });
  if (verdict !== 'filtered' && old.verdict === 'filtered') draft.note('resumed', { code: 'in-scope' });
  if (draft.rest === 'agreed' && draft.answeredApplied && draft.writtenFirst === null) draft.note('agreed');
}

function sameList<T>(left: readonly T[], right: readonly T[], same: (l: T, r: T) => boolean): boolean {
  if (left.length !== right.length) return false;
  return left.every((item, index) => {
    const other = right[index];
    return other !== undefined && same(item, other);
  });
}

/** Values are replaced, never changed in place: another object is another value. */
function isChanged(old: PairState, pair: PairState): boolean {
  return (Object.keys(pair) as (keyof PairState)[]).some((name) => pair[name] !== old[name]);
}
