import { otherSide, type Observation } from '@dualwrite/events';
import type { CompiledMap } from '@dualwrite/maps';
import type { RowName } from '../pairs/pair-store';

/** The row on the other side that a new row says it was made for. */
export function referredRow(
  rules: Pick<CompiledMap, 'reference'>,
  { side, row }: Pick<Observation, 'side' | 'row'>,
): RowName | undefined {
  const column = rules.reference?.[side];
  const nativeId = column === undefined ? undefined : row?.cells[column];
  return typeof nativeId === 'string' && nativeId !== '' ? { side: otherSide(side), nativeId } : undefined;
}
