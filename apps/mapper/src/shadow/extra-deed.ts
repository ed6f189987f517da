import { otherSide, type Side } from '@dualwrite/events';
import type { MapRules, PairState, Verdict } from '@dualwrite/planner';
import type { ShadowField, ShadowVerdict } from './judge-expectation';

/** Examined to the end, and nothing was to be written: what happens then is not of our plan. */
const SETTLED: ReadonlySet<Verdict | null> = new Set<Verdict | null>(['unchanged', 'filtered', 'parked']);

/**
 * What the others did to a row though we would not have: made the partner of a row that we leave alone, deleted it, or
 * brought a value over that does not travel. A change that leaves the sides apart is no such thing: it is an edit, and
 * we expect it to travel back.
 *
 * @param side where something was seen; nothing was expected of either side
 */
export function extraDeed(
  before: PairState,
  after: PairState,
  side: Side,
  rules: Pick<MapRules, 'fields'>,
  nowMs: number,
): ShadowVerdict | null {
  if (!SETTLED.has(before.verdict)) return null;
  const kind = kindOf(before, after, side);
  if (kind === null) return null;
  const fields = kind === 'delete' ? [] : fieldsOf(before, after, side, rules);
  if (kind === 'update' && fields.length === 0) return null;
  return { outcome: 'extra', kind, fields, expectedAtMs: nowMs };
}

function kindOf(before: PairState, after: PairState, side: Side): ShadowVerdict['kind'] | null {
  const was = before.seen[side].row;
  const is = after.seen[side].row;
  const hasOther = before.seen[otherSide(side)].row !== null;
  if (was === null && is !== null) return hasOther ? 'create' : null;
  if (was !== null && is === null) return hasOther ? null : 'delete';
  return was !== null && is !== null && hasOther ? 'update' : null;
}

/** Of an update, those in which the sides came to agree by it. */
function fieldsOf(
  before: PairState,
  after: PairState,
  side: Side,
  rules: Pick<MapRules, 'fields'>,
): readonly ShadowField[] {
  return rules.fields.flatMap((rule) => {
    const column = rule.column[side];
    if (column === null || rule.column[otherSide(side)] === null) return [];
    const was = before.seen[side].row?.cells[column] ?? null;
    const theirs = after.seen[side].row?.cells[column] ?? null;
    if (rule.same(side, was, theirs)) return [];
    const isUpdate = before.seen[side].row !== null;
    if (isUpdate && !hasComeToAgree(before, after, rule.name)) return [];
    return [{ field: rule.name, ours: was, theirs }];
  });
}

function hasComeToAgree(before: PairState, after: PairState, field: string): boolean {
  const agreed = after.base[field];
  return agreed !== undefined && agreed !== before.base[field];
}
