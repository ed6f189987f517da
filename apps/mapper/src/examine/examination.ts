import { randomUUID } from 'node:crypto';
import {
  compareRevisions,
  isBulkVia,
  otherSide,
  SIDES,
  writeId,
  type Observation,
  type Side,
} from '@dualwrite/events';
import type { CompiledMap } from '@dualwrite/maps';
import {
  adopt,
  canHost,
  emptyPair,
  pairsAnsweredBy,
  plan,
  type KeyResult,
  type PendingCall,
  type Past,
  type Plan,
  type PlanContext,
  type PairState,
  type PlanEvent,
  type References,
} from '@dualwrite/planner';
import { InvariantBroken } from '@dualwrite/telemetry';
import type { Coverage } from '../coverage/coverage';
import { PairInHand } from '../pairs/pair-in-hand';
import { PairRace } from '../pairs/pair-race';
import type { RowName } from '../pairs/pair-store';
import type { MapRun } from '../runs/map-run';
import type { ShadowWork } from '../shadow/shadow-work';
import { newDeletes, type DeleteGate } from '../deletes/delete-gate';
import type { Outcome } from './outcome';
import { sidesPresent, type PairsAtWork } from './pairs-at-work';
import type { WorkItem } from './work-item';

/**
 * Plans one after the other in memory, over pairs that are locked. Which pair a row belongs to is decided here: by
 * native id, else by business key; what is done with it is the planner's alone.
 */
export class Examination {
  /** Taken in and not planned: bulk work without credit, to be planned when there is some. */
  readonly postponed = new Set<string>();
  /** Keys that a pair has let go of: their rivals may have a place now. */
  readonly freedKeys = new Set<string>();
  private readonly keys = new Map<Observation, string | null>();
  /** Of the observation at work. */
  private backlog: Past | undefined;
  private readonly nowMs = Date.now();

  constructor(
    private readonly run: MapRun,
    private readonly pairs: PairsAtWork,
    private readonly references: References,
    private readonly coverage: Coverage,
    /** Keys whose holders are locked, if they have any. */
    private readonly askedKeys: ReadonlySet<string>,
    private readonly outcome: Outcome,
    /** Rule 24: taken in, not planned. */
    private readonly isCatchingUp: boolean,
    /** So many writes may follow from bulk work. */
    private readonly bulkCredit: number,
    /** Of a map in shadow. */
    private readonly shadow: ShadowWork | null,
    /** What the map may delete; null: nobody has looked yet. */
    private readonly deletes: DeleteGate | null,
  ) {}

  /** @throws {PairRace} rows show keys that nobody has looked up; all of them at once, for each look costs a transaction */
  requireHolders(items: readonly WorkItem[]): void {
    const missing = new Set<string>();
    for (const item of items) {
      const key =
        'observation' in item ? this.keyOf(item.observation.side, item.observation) : this.keyDue(item);
      if (key !== null && !this.askedKeys.has(key) && !this.pairs.holderOf(key)) missing.add(key);
    }
    if (missing.size > 0) throw new PairRace('keys were met on the way', { keys: [...missing] });
  }

  /** @returns the plan of the row's own pair; `undefined`: a row that was never there and belongs to no pair */
  observe(observation: Observation, traceparent: string, backlog?: Past): Plan | undefined {
    this.backlog = backlog;
    const planned = this.take(observation, traceparent);
    this.backlog = undefined;
    return planned;
  }

  private take(observation: Observation, traceparent: string): Plan | undefined {
    const known = this.pairs.ofRow(observation);
    const host = known
      ? this.withNewKey(known, observation, traceparent)
      : this.house(observation, traceparent);
    // A row that another pair holds is not to be had: a create over it was refused because of it.
    const isHeld = (host?.state.seen[observation.side].row ?? null) !== null;
    const planned = host && this.plan(host, { kind: 'observation', observation }, observation, traceparent);
    for (const pairId of pairsAnsweredBy(observation)) {
      const answered = this.pairs.get(pairId);
      if (answered && answered !== host) {
        const event = { kind: 'observation', observation } as const;
        this.plan(answered, event, observation, traceparent, { isRowElsewhere: isHeld });
      }
    }
    if (!planned?.isRowForeign) return planned;
    // Another row of its side has taken the pair meanwhile: this one gets a pair of its own.
    const rival = this.begin(observation, this.keyOf(observation.side, observation), { rival: true });
    return this.plan(rival, { kind: 'observation', observation }, observation, traceparent);
  }

  /** A row that is about to be made: planned with the pair that it will belong to. */
  expect(newcomer: Observation, call: PendingCall, traceparent: string): Plan | undefined {
    const host = this.pairs.ofRow(newcomer) ?? this.house(newcomer, traceparent);
    return host && this.plan(host, { kind: 'call', call }, null, traceparent, { isBulk: false });
  }

  /** Looks at a pair without an observation; `undefined`: it has gone. */
  again(
    pairId: string,
    event: PlanEvent,
    traceparent: string,
    { isBulk }: { isBulk: boolean },
  ): Plan | undefined {
    const pair = this.pairs.get(pairId);
    if (!pair) return undefined;
    const heir = this.identify(pair, traceparent);
    heir.isExamined = true;
    return this.plan(heir, event, null, traceparent, { isBulk });
  }

  /** Finds or makes the pair of a row that was never seen. */
  private house(observation: Observation, traceparent: string): PairInHand | undefined {
    const { side, nativeId, row } = observation;
    if (!row) return undefined;
    const maker = this.makerOf(observation);
    if (maker) {
      this.pairs.giveRow(maker, side, nativeId);
      return maker;
    }
    const key = this.keyOf(side, observation);
    if (key === null) return this.begin(observation, null, { rival: false });
    const holder = this.holderOf(key);
    if (!holder) return this.begin(observation, key, { rival: false });
    if (canHost(holder.state, side, nativeId)) {
      this.pairs.giveRow(holder, side, nativeId);
      return holder;
    }
    this.outcome.readHolder(holder.state, side, traceparent);
    return this.begin(observation, key, { rival: true });
  }

  /** A row that the side has named itself belongs to the pair whose create made it: our reference in it says which. */
  private makerOf(observation: Observation): PairInHand | undefined {
    const { side, nativeId } = observation;
    const source = referredRow(this.run.rules, observation);
    const referred = source && this.pairs.ofRow(source);
    if (referred && canHost(referred.state, side, nativeId)) return referred;
    return pairsAnsweredBy(observation)
      .map((pairId) => this.pairs.get(pairId))
      .find((pair) => pair && isMadeBy(pair, observation) && canHost(pair.state, side, nativeId));
  }

  private begin(
    { side, nativeId }: Observation,
    key: string | null,
    { rival }: { rival: boolean },
  ): PairInHand {
    const state = emptyPair({
      pairId: randomUUID(),
      key,
      epoch: this.run.mapperEpoch,
      mapVersion: this.run.rules.version,
      restored: this.isCatchingUp,
    });
    const pair = new PairInHand(state, { isNew: true, rival });
    this.pairs.add(pair);
    this.pairs.giveRow(pair, side, nativeId);
    return pair;
  }

  private plan(
    pair: PairInHand,
    event: PlanEvent,
    observed: Observation | null,
    traceparent: string,
    { isBulk, ...given }: Pick<PlanContext, 'isRowElsewhere'> & { isBulk?: boolean } = {},
  ): Plan {
    const before = pair.state;
    const isPostponed =
      !this.isCatchingUp &&
      this.backlog === undefined &&
      observed !== null &&
      isBulkVia(observed.via) &&
      this.outcome.bulkWriteCount >= this.bulkCredit;
    if (isPostponed) this.postponed.add(pair.pairId);
    const context = this.contextOf(pair);
    const isCatchingUp = context.isCatchingUp === true || isPostponed;
    const planned = plan(before, event, { ...context, isCatchingUp, ...given });
    if (event.kind !== 'release') this.countDeletes(before, planned);
    if (this.shadow) {
      requireNoWrite(this.run.map, planned);
      if (!isCatchingUp) this.shadow.take(before, planned, observed?.side ?? null);
    }
    pair.state = planned.pair;
    if (pair.state.key === null) this.noteKeyWanted(pair);
    this.outcome.addPlan(planned, observed, traceparent, isBulk === undefined ? {} : { isBulk });
    for (const { side, nativeId } of planned.writes)
      if (nativeId !== null) this.expectRow(pair, side, nativeId);
    if (before.key !== null && SIDES.some((side) => before.seen[side].row && !pair.state.seen[side].row)) {
      this.freedKeys.add(before.key);
    }
    if (before.key !== pair.state.key) this.rekey(pair, before.key, traceparent);
    return planned;
  }

  /** @throws {PairRace} a delete, and nobody has asked the breaker yet */
  private countDeletes(before: PairState, planned: Plan): void {
    if (this.deletes) this.deletes.note(before, planned);
    else if (newDeletes(before, planned) > 0) throw new PairRace('a delete was met', { deletes: true });
  }

  private noteKeyWanted(pair: PairInHand): void {
    const result = this.keyResult(pair);
    pair.keyWanted = result?.kind === 'wait' ? result.wanted : null;
  }

  private contextOf(pair: PairInHand): PlanContext {
    return {
      rules: this.run.rulesFor(this.companyOf(pair)),
      references: this.references,
      covered: this.coverage.of(this.companyOf(pair), this.run.registerEpochs),
      registerEpoch: this.coverage.registerEpochs(this.run.registerEpochs),
      isKeyHeld: pair.rival,
      isCatchingUp: this.isCatchingUp,
      nowMs: this.nowMs,
      ...(this.shadow ? { isShadow: true } : {}),
      ...(this.deletes?.areHeld ? { areDeletesHeld: true } : {}),
      ...(this.backlog && { backlog: this.backlog }),
      ...(this.run.serves(this.companyOf(pair)) ? {} : { isCompanyOut: true }),
    };
  }

  /** The answer to a write of ours shall find its pair, unless a live row of another pair has the id. */
  private expectRow(pair: PairInHand, side: Side, nativeId: string): void {
    if (pair.stored?.seen[side].nativeId === nativeId) return;
    const owner = this.pairs.ofRow({ side, nativeId });
    if (owner && owner !== pair && owner.state.seen[side].row !== null) return;
    this.pairs.giveRow(pair, side, nativeId);
  }

  /** A pair whose key could not be told, or was held by another, is looked at again: perhaps it has a place now. */
  private identify(pair: PairInHand, traceparent: string): PairInHand {
    const key = this.keyDue({ pairId: pair.pairId });
    if (key === null) return pair;
    const before = pair.state.key;
    if (before !== key) pair.state = { ...pair.state, key };
    return this.settleKey(pair, before, traceparent);
  }

  /** A key that is new with this observation is settled before planning: nothing is created for a key that is held. */
  private withNewKey(pair: PairInHand, observation: Observation, traceparent: string): PairInHand {
    const { side, nativeId, revision } = observation;
    const seen = pair.state.seen[side];
    const key = this.keyOf(side, observation);
    const before = pair.state.key;
    const isNews = seen.revision === null || compareRevisions(revision, seen.revision) > 0;
    if (key === null || key === before || seen.nativeId !== nativeId || !isNews) return pair;
    pair.state = { ...pair.state, key };
    return this.settleKey(pair, before, traceparent);
  }

  /** Key that a pair without one, or a rival for one, should have by what is known now; null: nothing to be settled. */
  private keyDue({ pairId }: { pairId: string }): string | null {
    const pair = this.pairs.get(pairId);
    if (!pair || (!pair.rival && pair.state.key !== null)) return null;
    const result = this.keyResult(pair);
    return result?.kind === 'key' ? result.key : pair.state.key;
  }

  private keyResult(pair: PairInHand): KeyResult | null {
    const [side] = sidesPresent(pair);
    const row = side && pair.state.seen[side].row;
    return row ? this.run.rules.keyOf(side, row.cells, this.references) : null;
  }

  private rekey(pair: PairInHand, before: string | null, traceparent: string): void {
    const heir = this.settleKey(pair, before, traceparent);
    if (heir !== pair) this.plan(heir, { kind: 'redrive' }, null, traceparent);
  }

  /** @returns the pair that has the key now: this one (holder or rival), or the one that has taken it in */
  private settleKey(pair: PairInHand, before: string | null, traceparent: string): PairInHand {
    const { key } = pair.state;
    this.pairs.releaseKey(pair, before);
    if (before !== null && before !== key) this.freedKeys.add(before);
    if (key === null) return pair;
    const holder = this.holderOf(key);
    if (!holder || holder === pair) {
      pair.rival = false;
      this.pairs.holdKey(pair);
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
    for (const one of present) this.outcome.readHolder(holder.state, one, traceparent);
    return pair;
  }

  /** @throws {PairRace} nobody has looked who holds this key */
  private holderOf(key: string): PairInHand | undefined {
    const holder = this.pairs.holderOf(key);
    if (!holder && !this.askedKeys.has(key)) throw new PairRace('a key was met on the way', { keys: [key] });
    return holder;
  }

  private keyOf(side: Side, observation: Observation): string | null {
    const { row } = observation;
    if (!row) return null;
    const known = this.keys.get(observation);
    if (known !== undefined) return known;
    const result = this.run.rules.keyOf(side, row.cells, this.references);
    const key = result.kind === 'key' ? result.key : null;
    this.keys.set(observation, key);
    return key;
  }

  private companyOf(pair: PairInHand): string | null {
    if (!this.run.rules.companyScoped) return null;
    const key = pair.state.key;
    return key === null ? null : (key.split('/', 1)[0] ?? null);
  }
}

/** @throws {InvariantBroken} whatever was decided, a map in shadow sends nothing */
function requireNoWrite(map: string, { writes }: Plan): void {
  if (writes.length > 0) throw new InvariantBroken('a map in shadow has planned a write', { map });
}

/** The row on the other side that a new row says it was made for. */
export function referredRow(
  rules: Pick<CompiledMap, 'reference'>,
  { side, row }: Pick<Observation, 'side' | 'row'>,
): RowName | undefined {
  const column = rules.reference?.[side];
  const nativeId = column === undefined ? undefined : row?.cells[column];
  return typeof nativeId === 'string' && nativeId !== '' ? { side: otherSide(side), nativeId } : undefined;
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
