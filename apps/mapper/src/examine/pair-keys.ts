import { compareRevisions, type Observation, type Side } from '@dualwrite/events';
import { adopt, type KeyResult, type References } from '@dualwrite/planner';
import type { PairInHand } from '../pairs/pair-in-hand';
import { PairRace } from '../pairs/pair-race';
import type { MapRun } from '../runs/map-run';
import type { Outcome } from './outcome';
import { sidesPresent, type PairsAtWork } from './pairs-at-work';
import type { WorkItem } from './work-item';

export interface PairKeysParts {
  readonly run: MapRun;
  readonly pairs: PairsAtWork;
  readonly references: References;
  /** Keys whose holders are locked, if they have any. */
  readonly askedKeys: ReadonlySet<string>;
  readonly outcome: Outcome;
}

/** Which key a pair has, and who holds a key that several show. */
export class PairKeys {
  /** Keys that a pair has let go of: their rivals may have a place now. */
  readonly freed = new Set<string>();
  private readonly ofRows = new Map<Observation, string | null>();

  constructor(private readonly parts: PairKeysParts) {}

  /** @throws {PairRace} rows show keys that nobody has looked up; all of them at once, for each look costs a transaction */
  requireHolders(items: readonly WorkItem[]): void {
    const missing = new Set<string>();
    for (const item of items) {
      const key =
        'observation' in item ? this.keyOf(item.observation.side, item.observation) : this.keyDue(item);
      if (key !== null && !this.parts.askedKeys.has(key) && !this.parts.pairs.holderOf(key)) missing.add(key);
    }
    if (missing.size > 0) throw new PairRace('keys were met on the way', { keys: [...missing] });
  }

  /** A pair whose key could not be told, or was held by another, is looked at again: perhaps it has a place now. */
  identify(pair: PairInHand, traceparent: string): PairInHand {
    const key = this.keyDue({ pairId: pair.pairId });
    if (key === null) return pair;
    const before = pair.state.key;
    if (before !== key) pair.state = { ...pair.state, key };
    return this.settle(pair, before, traceparent);
  }

  /** A key that is new with this observation is settled before planning: nothing is created for a key that is held. */
  withNewKey(pair: PairInHand, observation: Observation, traceparent: string): PairInHand {
    const { side, nativeId, revision } = observation;
    const seen = pair.state.seen[side];
    const key = this.keyOf(side, observation);
    const before = pair.state.key;
    const isNews = seen.revision === null || compareRevisions(revision, seen.revision) > 0;
    if (key === null || key === before || seen.nativeId !== nativeId || !isNews) return pair;
    pair.state = { ...pair.state, key };
    return this.settle(pair, before, traceparent);
  }

  /** Key that a pair without one, or a rival for one, should have by what is known now; null: nothing to be settled. */
  private keyDue({ pairId }: { pairId: string }): string | null {
    const pair = this.parts.pairs.get(pairId);
    if (!pair || (!pair.rival && pair.state.key !== null)) return null;
    const result = this.keyResult(pair);
    return result?.kind === 'key' ? result.key : pair.state.key;
  }

  private keyResult(pair: PairInHand): KeyResult | null {
    const [side] = sidesPresent(pair);
    const row = side && pair.state.seen[side].row;
    return row ? this.parts.run.rules.keyOf(side, row.cells, this.parts.references) : null;
  }

  /** Which row would tell the key of a pair without one. */
  noteWanted(pair: PairInHand): void {
    const result = this.keyResult(pair);
    pair.keyWanted = result?.kind === 'wait' ? result.wanted : null;
  }

  /** @returns the pair that has the key now: this one (holder or rival), or the one that has taken it in */
  settle(pair: PairInHand, before: string | null, traceparent: string): PairInHand {
    const { key } = pair.state;
    this.parts.pairs.releaseKey(pair, before);
    if (before !== null && before !== key) this.freed.add(before);
    if (key === null) return pair;
    const holder = this.holderOf(key);
    if (!holder || holder === pair) {
      pair.rival = false;
      this.parts.pairs.holdKey(pair);
      return pair;
    }
    const present = sidesPresent(pair);
    const [side] = present;
    const merged = present.length === 1 && side ? adopt(holder.state, side, pair.state) : null;
    if (merged && side) {
      holder.state = merged;
      holder.isExamined = true;
      pair.adoptedBy = holder.pairId;
      holder.newRows.push(...pair.newRows.splice(0));
      return holder;
    }
    pair.rival = true;
    for (const one of present) this.parts.outcome.readHolder(holder.state, one, traceparent);
    return pair;
  }

  /** @throws {PairRace} nobody has looked who holds this key */
  holderOf(key: string): PairInHand | undefined {
    const holder = this.parts.pairs.holderOf(key);
    if (!holder && !this.parts.askedKeys.has(key))
      throw new PairRace('a key was met on the way', { keys: [key] });
    return holder;
  }

  keyOf(side: Side, observation: Observation): string | null {
    const { row } = observation;
    if (!row) return null;
    const known = this.ofRows.get(observation);
    if (known !== undefined) return known;
    const result = this.parts.run.rules.keyOf(side, row.cells, this.parts.references);
    const key = result.kind === 'key' ? result.key : null;
    this.ofRows.set(observation, key);
    return key;
  }
}
