import { SIDES, type Side } from '@dualwrite/events';
import { rowName, type RowName } from '../pairs/pair-store';
import type { PairInHand } from '../pairs/pair-in-hand';

/** The locked pairs of one transaction, by id, row and key, as they stand after each step of planning. */
export class PairsAtWork {
  private readonly byId = new Map<string, PairInHand>();
  private readonly byRow = new Map<string, PairInHand>();
  private readonly byKey = new Map<string, PairInHand>();

  add(pair: PairInHand): void {
    this.byId.set(pair.pairId, pair);
    this.holdKey(pair);
  }

  /** @param rows which pair each row was found to belong to */
  lead(rows: ReadonlyMap<string, string>): void {
    for (const [name, pairId] of rows) {
      const pair = this.byId.get(pairId);
      if (pair) this.byRow.set(name, pair);
    }
  }

  get(pairId: string): PairInHand | undefined {
    const pair = this.byId.get(pairId);
    return pair?.adoptedBy ? this.get(pair.adoptedBy) : pair;
  }

  ofRow(row: RowName): PairInHand | undefined {
    const pair = this.byRow.get(rowName(row));
    return pair && this.get(pair.pairId);
  }

  holderOf(key: string): PairInHand | undefined {
    return this.byKey.get(key);
  }

  /** From now on this row's observations belong to this pair. */
  giveRow(pair: PairInHand, side: Side, nativeId: string): void {
    const row = { side, nativeId };
    if (this.ofRow(row) === pair) return;
    this.byRow.set(rowName(row), pair);
    pair.newRows.push(row);
  }

  /** A pair holds its key unless it is a rival for it. */
  holdKey(pair: PairInHand): void {
    const { key } = pair.state;
    if (key !== null && !pair.rival) this.byKey.set(key, pair);
  }

  releaseKey(pair: PairInHand, key: string | null): void {
    if (key !== null && this.byKey.get(key) === pair) this.byKey.delete(key);
  }

  all(): PairInHand[] {
    return [...this.byId.values()];
  }
}

/** Sides on which a row of the pair is there. */
export function sidesPresent(pair: PairInHand): Side[] {
  return SIDES.filter((side) => pair.state.seen[side].row !== null);
}
