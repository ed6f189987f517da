import { randomUUID } from 'node:crypto';
import { writeId, type Observation, type Side } from '@dualwrite/events';
import { canHost, emptyPair, pairsAnsweredBy } from '@dualwrite/planner';
import { PairInHand } from '../pairs/pair-in-hand';
import type { MapRun } from '../runs/map-run';
import type { Outcome } from './outcome';
import type { PairKeys } from './pair-keys';
import type { PairsAtWork } from './pairs-at-work';
import { referredRow } from './referred-row';

export interface RowHousingParts {
  readonly run: MapRun;
  readonly pairs: PairsAtWork;
  readonly keys: PairKeys;
  readonly outcome: Outcome;
  /** Rule 24: taken in, not planned. */
  readonly isCatchingUp: boolean;
}

/** Which pair a row belongs to: by native id, by the create that made it, else by business key. */
export class RowHousing {
  constructor(private readonly parts: RowHousingParts) {}

  /** Finds or makes the pair of a row that was never seen. */
  house(observation: Observation, traceparent: string): PairInHand | undefined {
    const { side, nativeId, row } = observation;
    if (!row) return undefined;
    const maker = this.makerOf(observation);
    if (maker) {
      this.parts.pairs.giveRow(maker, side, nativeId);
      return maker;
    }
    const key = this.parts.keys.keyOf(side, observation);
    if (key === null) return this.begin(observation, null, { rival: false });
    const holder = this.parts.keys.holderOf(key);
    if (!holder) return this.begin(observation, key, { rival: false });
    if (canHost(holder.state, side, nativeId)) {
      this.parts.pairs.giveRow(holder, side, nativeId);
      return holder;
    }
    this.parts.outcome.readHolder(holder.state, side, traceparent);
    return this.begin(observation, key, { rival: true });
  }

  /** A row that the side has named itself belongs to the pair whose create made it: our reference in it says which. */
  private makerOf(observation: Observation): PairInHand | undefined {
    const { side, nativeId } = observation;
    const source = referredRow(this.parts.run.rules, observation);
    const referred = source && this.parts.pairs.ofRow(source);
    if (referred && canHost(referred.state, side, nativeId)) return referred;
    return pairsAnsweredBy(observation)
      .map((pairId) => this.parts.pairs.get(pairId))
      .find((pair) => pair && isMadeBy(pair, observation) && canHost(pair.state, side, nativeId));
  }

  /** A pair of the row's own. @param rival another pair has the key */
  begin({ side, nativeId }: Observation, key: string | null, { rival }: { rival: boolean }): PairInHand {
    const state = emptyPair({
      pairId: randomUUID(),
      key,
      epoch: this.parts.run.mapperEpoch,
      mapVersion: this.parts.run.rules.version,
      restored: this.parts.isCatchingUp,
    });
    const pair = new PairInHand(state, { isNew: true, rival });
    this.parts.pairs.add(pair);
    this.parts.pairs.giveRow(pair, side, nativeId);
    return pair;
  }

  /** The answer to a write of ours shall find its pair, unless a live row of another pair has the id. */
  expectRow(pair: PairInHand, side: Side, nativeId: string): void {
    if (pair.stored?.seen[side].nativeId === nativeId) return;
    const owner = this.parts.pairs.ofRow({ side, nativeId });
    if (owner && owner !== pair && owner.state.seen[side].row !== null) return;
    this.parts.pairs.giveRow(pair, side, nativeId);
  }
}

function isMadeBy({ state }: PairInHand, { side, results }: Observation): boolean {
  return state.intents.some(
    ({ kind, target, nativeId, number }) =>
      kind === 'create' &&
      target === side &&
      nativeId === null &&
      results[writeId(state.pairId, number)]?.outcome === 'applied',
  );
}
