import { isBulkVia, SIDES, type Observation } from '@dualwrite/events';
import {
  pairsAnsweredBy,
  plan,
  type Past,
  type PendingCall,
  type Plan,
  type PlanContext,
  type PairState,
  type PlanEvent,
  type References,
} from '@dualwrite/planner';
import { InvariantBroken } from '@dualwrite/telemetry';
import type { Coverage } from '../coverage/coverage';
import { newDeletes, type DeleteGate } from '../deletes/delete-gate';
import type { PairInHand } from '../pairs/pair-in-hand';
import { PairRace } from '../pairs/pair-race';
import type { MapRun } from '../runs/map-run';
import type { ShadowWork } from '../shadow/shadow-work';
import type { Outcome } from './outcome';
import { PairKeys } from './pair-keys';
import type { PairsAtWork } from './pairs-at-work';
import { RowHousing } from './row-housing';
import type { WorkItem } from './work-item';

export interface ExaminationParts {
  readonly run: MapRun;
  readonly pairs: PairsAtWork;
  readonly references: References;
  readonly coverage: Coverage;
  /** Keys whose holders are locked, if they have any. */
  readonly askedKeys: ReadonlySet<string>;
  readonly outcome: Outcome;
  /** Rule 24: taken in, not planned. */
  readonly isCatchingUp: boolean;
  /** So many writes may follow from bulk work. */
  readonly bulkCredit: number;
  /** Of a map in shadow. */
  readonly shadow: ShadowWork | null;
  /** What the map may delete; null: nobody has looked yet. */
  readonly deletes: DeleteGate | null;
}

/**
 * Plans one after the other in memory, over pairs that are locked: each row with the pair that it belongs to. What is
 * done with it is the planner's alone.
 */
export class Examination {
  /** Taken in and not planned: bulk work without credit, to be planned when there is some. */
  readonly postponed = new Set<string>();
  /** Of the observation at work. */
  private backlog: Past | undefined;
  private readonly nowMs = Date.now();
  private readonly keys: PairKeys;
  private readonly housing: RowHousing;

  constructor(private readonly parts: ExaminationParts) {
    const { run, pairs, references, askedKeys, outcome, isCatchingUp } = parts;
    this.keys = new PairKeys({ run, pairs, references, askedKeys, outcome });
    this.housing = new RowHousing({ run, pairs, keys: this.keys, outcome, isCatchingUp });
  }

  /** Keys that a pair has let go of: their rivals may have a place now. */
  get freedKeys(): ReadonlySet<string> {
    return this.keys.freed;
  }

  /** @throws {PairRace} rows show keys that nobody has looked up */
  requireHolders(items: readonly WorkItem[]): void {
    this.keys.requireHolders(items);
  }

  /** @returns the plan of the row's own pair; `undefined`: a row that was never there and belongs to no pair */
  observe(observation: Observation, traceparent: string, backlog?: Past): Plan | undefined {
    this.backlog = backlog;
    const planned = this.take(observation, traceparent);
    this.backlog = undefined;
    return planned;
  }

  private take(observation: Observation, traceparent: string): Plan | undefined {
    const known = this.parts.pairs.ofRow(observation);
    const host = known
      ? this.keys.withNewKey(known, observation, traceparent)
      : this.housing.house(observation, traceparent);
    // A row that another pair holds is not to be had: a create over it was refused because of it.
    const isHeld = (host?.state.seen[observation.side].row ?? null) !== null;
    const planned = host && this.plan(host, { kind: 'observation', observation }, observation, traceparent);
    for (const pairId of pairsAnsweredBy(observation)) {
      const answered = this.parts.pairs.get(pairId);
      if (answered && answered !== host) {
        const event = { kind: 'observation', observation } as const;
        this.plan(answered, event, observation, traceparent, { isRowElsewhere: isHeld });
      }
    }
    if (!planned?.isRowForeign) return planned;
    // Another row of its side has taken the pair meanwhile: this one gets a pair of its own.
    const rival = this.housing.begin(observation, this.keys.keyOf(observation.side, observation), {
      rival: true,
    });
    return this.plan(rival, { kind: 'observation', observation }, observation, traceparent);
  }

  /** A row that is about to be made: planned with the pair that it will belong to. */
  expect(newcomer: Observation, call: PendingCall, traceparent: string): Plan | undefined {
    const host = this.parts.pairs.ofRow(newcomer) ?? this.housing.house(newcomer, traceparent);
    return host && this.plan(host, { kind: 'call', call }, null, traceparent, { isBulk: false });
  }

  /** Looks at a pair without an observation; `undefined`: it has gone. */
  again(
    pairId: string,
    event: PlanEvent,
    traceparent: string,
    { isBulk }: { isBulk: boolean },
  ): Plan | undefined {
    const pair = this.parts.pairs.get(pairId);
    if (!pair) return undefined;
    const heir = this.keys.identify(pair, traceparent);
    heir.isExamined = true;
    return this.plan(heir, event, null, traceparent, { isBulk });
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
      !this.parts.isCatchingUp &&
      this.backlog === undefined &&
      observed !== null &&
      isBulkVia(observed.via) &&
      this.parts.outcome.bulkWriteCount >= this.parts.bulkCredit;
    if (isPostponed) this.postponed.add(pair.pairId);
    const context = this.contextOf(pair);
    const isCatchingUp = context.isCatchingUp === true || isPostponed;
    const planned = plan(before, event, { ...context, isCatchingUp, ...given });
    if (event.kind !== 'release') this.countDeletes(before, planned);
    if (this.parts.shadow) {
      requireNoWrite(this.parts.run.map, planned);
      if (!isCatchingUp) this.parts.shadow.take(before, planned, observed?.side ?? null);
    }
    pair.state = planned.pair;
    if (pair.state.key === null) this.keys.noteWanted(pair);
    this.parts.outcome.addPlan(planned, observed, traceparent, isBulk === undefined ? {} : { isBulk });
    for (const { side, nativeId } of planned.writes)
      if (nativeId !== null) this.housing.expectRow(pair, side, nativeId);
    if (before.key !== null && SIDES.some((side) => before.seen[side].row && !pair.state.seen[side].row)) {
      this.keys.freed.add(before.key);
    }
    if (before.key !== pair.state.key) this.rekey(pair, before.key, traceparent);
    return planned;
  }

  /** @throws {PairRace} a delete, and nobody has asked the breaker yet */
  private countDeletes(before: PairState, planned: Plan): void {
    if (this.parts.deletes) this.parts.deletes.note(before, planned);
    else if (newDeletes(before, planned) > 0) throw new PairRace('a delete was met', { deletes: true });
  }

  private contextOf(pair: PairInHand): PlanContext {
    return {
      rules: this.parts.run.rulesFor(this.companyOf(pair)),
      references: this.parts.references,
      covered: this.parts.coverage.of(this.companyOf(pair), this.parts.run.registerEpochs),
      registerEpoch: this.parts.coverage.registerEpochs(this.parts.run.registerEpochs),
      isKeyHeld: pair.rival,
      isCatchingUp: this.parts.isCatchingUp,
      nowMs: this.nowMs,
      ...(this.parts.shadow ? { isShadow: true } : {}),
      ...(this.parts.deletes?.areHeld ? { areDeletesHeld: true } : {}),
      ...(this.backlog && { backlog: this.backlog }),
      ...(this.parts.run.serves(this.companyOf(pair)) ? {} : { isCompanyOut: true }),
    };
  }

  private rekey(pair: PairInHand, before: string | null, traceparent: string): void {
    const heir = this.keys.settle(pair, before, traceparent);
    if (heir !== pair) this.plan(heir, { kind: 'redrive' }, null, traceparent);
  }

  private companyOf(pair: PairInHand): string | null {
    if (!this.parts.run.rules.companyScoped) return null;
    const key = pair.state.key;
    return key === null ? null : (key.split('/', 1)[0] ?? null);
  }
}

/** @throws {InvariantBroken} whatever was decided, a map in shadow sends nothing */
function requireNoWrite(map: string, { writes }: Plan): void {
  if (writes.length > 0) throw new InvariantBroken('a map in shadow has planned a write', { map });
}
