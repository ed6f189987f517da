import { SIDES, type ObservedRow, type Side } from '@dualwrite/events';
import type { Draft } from './draft';
import { nativeIdsOf } from './hosting';
import { lifeOf } from './lives';

/**
 * Several maps on one row: the map that created it deletes it, the others unlink. Registers tell what a row of ours was
 * made for (`origins`, rule 5); where that is no row of this pair, another map made it, and its end, or the end of its
 * partner here, is that map's affair.
 */
export function isMadeByAnother({ pair, context }: Draft, side: Side, row: ObservedRow): boolean {
  const { isRowOf } = context.rules;
  const life = lifeOf(pair.lives, side, row.id);
  if (isRowOf === undefined || life === undefined) return false;
  const own = nativeIdsOf(pair);
  const isOwn = (one: Side, rowId: string): boolean => own[one].some((id) => isRowOf(one, id, rowId));
  return SIDES.some((one) => life.ids[one].some((rowId) => !isOwn(one, rowId)));
}
