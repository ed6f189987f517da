import {
  compareRevisions,
  isProvisional,
  otherSide,
  type Observation,
  type ObservedRow,
  type Revision,
  type Side,
} from '@dualwrite/events';
import { isNewcomerAwaited } from './announced';
import type { Draft } from './draft';
import { areOneLife, isCut, withEnded, withJoined, withRenamed } from './lives';
import { settle } from './settle';

/** Of a row that is to come: whatever is told of it is news. */
const NEVER_SEEN: Revision = { epoch: 0, n: '0' };

/** `again`: this very revision is known; nothing is taken in, but the pair is looked at once more. */
export type Absorbed = 'old' | 'again' | 'new';

/** Takes in what an observation tells (rules 5, 13). */
export function absorb(draft: Draft, observation: Observation): Absorbed {
  const { side, nativeId } = observation;
  const before = draft.pair.seen[side];
  const isCurrent = before.nativeId === nativeId;
  const known = isCurrent ? before.revision : (draft.pair.heard[side][nativeId] ?? null);
  const order = known === null ? 1 : compareRevisions(observation.revision, known);
  if (order < 0) return 'old';
  if (order === 0) return 'again';
  // Two rows of one side that both are there are two pairs: the mapper gives the second one a pair of its own.
  const isElsewhere = draft.context.isRowElsewhere === true || !isSideFree(draft, side, nativeId);
  if (isProvisional(nativeId)) hear(draft, side, nativeId, observation.revision);
  else if (!isCurrent && observation.row !== null && isElsewhere) draft.isRowForeign = true;
  else see(draft, observation, isCurrent);

  for (const id of observation.gone) draft.pair.lives = withEnded(draft.pair.lives, side, id);
  for (const made of Object.keys(observation.origins).sort()) {
    const source = observation.origins[made];
    if (source === undefined) continue;
    const ids = side === 'fo' ? { fo: made, dataverse: source } : { fo: source, dataverse: made };
    if (!isCut(draft.pair.cuts, ids)) draft.pair.lives = withJoined(draft.pair.lives, ids);
  }
  settle(draft, observation);
  return 'new';
}

/**
 * A side is free for another native id when no row holds it, no create of ours is about to fill it, and nobody is about to
 * save a row there whose partner was made for him, or is being made.
 */
export function isSideFree(
  draft: { readonly pair: Pick<Draft['pair'], 'seen' | 'intents' | 'announced' | 'call'> },
  side: Side,
  nativeId: string,
): boolean {
  return (
    draft.pair.seen[side].row === null &&
    !isAnotherAwaited(draft, side, nativeId) &&
    !draft.pair.intents.some(
      (intent) => intent.target === side && intent.nativeId !== null && intent.nativeId !== nativeId,
    )
  );
}

function isAnotherAwaited(
  { pair }: { readonly pair: Pick<Draft['pair'], 'seen' | 'announced' | 'call'> },
  side: Side,
  nativeId: string,
): boolean {
  const { nativeId: expected, presence } = pair.seen[side];
  const isAnother = presence === 'unread' && expected !== null && expected !== nativeId;
  if (!isAnother) return false;
  const isAsked = pair.call?.kind === 'create' && pair.call.from === side;
  return isAsked || isNewcomerAwaited({ pair }, side);
}

function see(draft: Draft, observation: Observation, isCurrent: boolean): void {
  const { side, nativeId, row, revision } = observation;
  const before = draft.pair.seen[side];
  if (!isCurrent && row === null) {
    // Of an earlier or a later incarnation: its end and its answers count, the side's row stays what it is.
    if (before.nativeId === null) setSeen(draft, observation, row);
    else hear(draft, side, nativeId, revision);
    return;
  }
  if (!isCurrent) {
    // A row that was expected and not seen yet is not forgotten for another one: its end would be told to nobody.
    if (before.nativeId !== null) hear(draft, side, before.nativeId, before.revision ?? NEVER_SEEN);
    setSeen(draft, observation, row);
    return;
  }
  const hasIds = draft.context.rules.hasIds[side];
  const isRestored =
    before.presence === 'unread' || (before.revision?.epoch ?? revision.epoch) < revision.epoch;
  if (observation.presence === 'unread') {
    // A restored register has not looked yet: that ends nothing (rule 23).
    setSeen(draft, observation, row ?? before.row);
    return;
  }
  // Rule 5: an id that the register itself calls ended is not this row's, whatever was restored: the new one is another row.
  const isSameRow = isRestored && !observation.gone.includes(before.row?.id ?? '');
  if (before.row && row && before.row.id !== row.id && !hasIds && isSameRow) {
    rename(draft, side, before.row.id, row.id);
  } else if (before.row && before.row.id !== row?.id && (hasIds || row === null)) {
    if (!draft.context.rules.inScope(side, before.row.cells)) strayPartner(draft, side, before.row.id);
    draft.pair.lives = withEnded(draft.pair.lives, side, before.row.id);
  }
  setSeen(draft, observation, row);
}

/** A row that had left the scope has ended: whether its partner may go with it, the map said nothing of. */
function strayPartner(draft: Draft, side: Side, rowId: string): void {
  const { pair } = draft;
  const other = otherSide(side);
  const partner = pair.seen[other].row;
  if (!partner) return;
  const ids = side === 'fo' ? { fo: rowId, dataverse: partner.id } : { fo: partner.id, dataverse: rowId };
  if (areOneLife(pair.lives, ids.fo, ids.dataverse)) pair.strayed = { ...pair.strayed, [other]: partner.id };
}

function setSeen(
  draft: Draft,
  { side, nativeId, revision, presence }: Observation,
  row: ObservedRow | null,
): void {
  draft.pair.seen = { ...draft.pair.seen, [side]: { nativeId, revision, presence, row } };
  if (row === null) return;
  const key = draft.context.rules.keyOf(side, row.cells, draft.context.references);
  if (key.kind === 'key') draft.pair.key = key.key;
}

function hear(draft: Draft, side: Side, nativeId: string, revision: Revision): void {
  const { heard } = draft.pair;
  draft.pair.heard = { ...heard, [side]: { ...heard[side], [nativeId]: revision } };
}

/** A row is about to appear under this name: until it does, nothing is known of it. */
export function expectRow(draft: Draft, side: Side, nativeId: string): void {
  const before = draft.pair.seen[side];
  if (before.row !== null || before.nativeId === nativeId) return;
  if (before.nativeId !== null) hear(draft, side, before.nativeId, before.revision ?? NEVER_SEEN);
  const { [nativeId]: revision = null } = draft.pair.heard[side];
  const unread = { nativeId, revision, presence: 'unread', row: null } as const;
  draft.pair.seen = { ...draft.pair.seen, [side]: unread };
}

/** Rule 23: without visible ids, the row keeps its life under the new id of the restored register. */
function rename(draft: Draft, side: Side, from: string, to: string): void {
  const { pair } = draft;
  const renamed = (id: string | null): string | null => (id === from ? to : id);
  pair.lives = withRenamed(pair.lives, side, from, to);
  pair.couple = { ...pair.couple, [side]: renamed(pair.couple[side]) };
  pair.unlinked = { ...pair.unlinked, [side]: renamed(pair.unlinked[side]) };
  pair.strayed = { ...pair.strayed, [side]: renamed(pair.strayed[side]) };
  pair.cuts = pair.cuts.map((ids) => (ids[side] === from ? { ...ids, [side]: to } : ids));
  pair.parks = pair.parks.map((park) => ({
    ...park,
    rows: park.rows.map((row) => (row.side === side && row.rowId === from ? { ...row, rowId: to } : row)),
  }));
  if (pair.maybe?.[side] === from) pair.maybe = { ...pair.maybe, [side]: to };
  pair.intents = pair.intents.map((intent) =>
    intent.target === side
      ? { ...intent, rowId: renamed(intent.rowId) }
      : { ...intent, source: renamed(intent.source) },
  );
}
