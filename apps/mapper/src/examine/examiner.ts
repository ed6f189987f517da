import { Inject, Injectable } from '@nestjs/common';
import {
  isBulkVia,
  SIDES,
  type DeleteLimit,
  type Names,
  type Observation,
  type Side,
} from '@dualwrite/events';
import type { ReferenceNeed } from '@dualwrite/maps';
import {
  appendOutbox,
  inTransaction,
  isDeadlock,
  isUniqueViolation,
  lastly,
  StatementBundle,
  together,
  type SqlExecutor,
} from '@dualwrite/persistence';
import { changeSpan, counter, DependencyUnavailable } from '@dualwrite/telemetry';
import type { Plan, PlanEvent } from '@dualwrite/planner';
import { DataSource, type QueryRunner } from 'typeorm';
import { noteRecord } from '../batch/outgoing';
import { BookStore, book, noChange } from '../books/book-store';
import { CallEnds } from '../calls/call-ends';
import { CallStore } from '../calls/call-store';
import { CoverageGate } from '../coverage/coverage-gate';
import { DeleteBreaker } from '../deletes/delete-breaker';
import type { DeleteGate } from '../deletes/delete-gate';
import { deleteLimitOf } from '../deletes/delete-limit';
import { heldDeletesRecord } from '../deletes/delete-notes';
import type { PairInHand } from '../pairs/pair-in-hand';
import { ParkStore } from '../parks/park-store';
import { PairRace } from '../pairs/pair-race';
import { PairStore, rowName, type RowName } from '../pairs/pair-store';
import { bulkCredit, openCountOf } from '../redrive/bulk-credit';
import { DueStore } from '../redrive/due-store';
import { CatchUpGate } from '../restore/catch-up-gate';
import { KnownReferences } from '../references/known-references';
import { readReferences } from '../references/reference-reader';
import type { MapRun } from '../runs/map-run';
import { CHANGES_POOL, MAPPER_SETTINGS, NAMES, usualDeleteLimit, type MapperSettings } from '../settings';
import { shadowNote } from '../shadow/shadow-notes';
import { ShadowStore } from '../shadow/shadow-store';
import { ShadowWork } from '../shadow/shadow-work';
import { WaitStore } from '../waits/wait-store';
import { dueChanges } from './due-changes';
import { Examination, referredRow } from './examination';
import { Outcome } from './outcome';
import { PairsAtWork } from './pairs-at-work';
import type { WorkItem } from './work-item';

export interface WorkOrder {
  readonly items: readonly WorkItem[];
  /** Line of the books that the change is entered in. */
  readonly slot: string;
  /** Stored in the same transaction: positions, coverage, records of bad messages. */
  readonly also?: (
    executor: SqlExecutor,
    outcome: Outcome,
    plans: readonly (Plan | undefined)[],
  ) => Promise<void>;
  /** Taken in, not planned: what is made of it comes later, all together (as in rule 24). */
  readonly takesInOnly?: boolean;
  /** Asked inside the transaction, first of all: those of the items that are still to be examined. */
  readonly stillWanted?: (runner: QueryRunner) => Promise<readonly WorkItem[]>;
}

/** Keys and rows whose pairs another transaction was seen to need, too. */
interface Asked {
  readonly keys: Set<string>;
  readonly rows: Map<string, RowName>;
  /** A delete was met. */
  isDeleting: boolean;
}

interface Examined {
  readonly outcome: Outcome;
  readonly examination: Examination;
  readonly shadow: ShadowWork | null;
  readonly deletes: DeleteGate | null;
  readonly pairs: PairsAtWork;
  readonly untold: ReadonlySet<Side>;
  /** In the order of the items that were still to be looked at. */
  readonly plans: readonly (Plan | undefined)[];
}

const RACE_COUNT_MAX = 8;
/** A plan for a few rows serves so many; beyond, one of their own is worth its price. */
const KEPT_PLAN_ITEM_COUNT_MAX = 40;
const examined = counter('dualwrite.mapper.examined', '{examination}', 'Examinations of pairs, by verdict');
const written = counter('dualwrite.mapper.writes', '{write}', 'Writes that were planned');
const races = counter(
  'dualwrite.mapper.races',
  '{race}',
  'Transactions done again for another that was quicker',
);

/**
 * One transaction: lock the pairs, read their state under the lock, plan, store pairs and all that goes out. Few
 * statements, however many rows.
 */
@Injectable()
export class Examiner {
  private readonly waits = new WaitStore();
  private readonly dues = new DueStore();
  private readonly books = new BookStore();
  private readonly parks = new ParkStore();
  private readonly calls: CallStore;
  private readonly shadows = new ShadowStore();
  private readonly breaker = new DeleteBreaker();
  private readonly gate = new CoverageGate();
  private readonly catchUp = new CatchUpGate();

  constructor(
    private readonly database: DataSource,
    @Inject(CHANGES_POOL) private readonly changes: DataSource,
    private readonly pairStore: PairStore,
    private readonly ends: CallEnds,
    @Inject(NAMES) private readonly names: Names,
    @Inject(MAPPER_SETTINGS) private readonly settings: MapperSettings,
  ) {
    this.calls = new CallStore(database);
  }

  /** @throws {DependencyUnavailable} Postgres is away, or others were quicker time after time */
  async work(run: MapRun, order: WorkOrder): Promise<void> {
    const pool = this.poolFor(order.items);
    const outcome = await this.undisturbed(pool, run, (runner, asked) =>
      this.once(runner, run, order, asked),
    );
    this.count(run, outcome);
    if (outcome.calls.length > 0) this.ends.tell();
  }

  /** What would be planned for each of these, one after the other: nothing is stored, and nothing leaves. */
  preview(run: MapRun, items: readonly WorkItem[]): Promise<readonly (Plan | undefined)[]> {
    return this.undisturbed(this.poolFor(items), run, async (runner, asked) => {
      const { plans } = await this.examine(runner, run, items, asked);
      return plans;
    });
  }

  private poolFor(items: readonly WorkItem[]): DataSource {
    return items.length <= KEPT_PLAN_ITEM_COUNT_MAX ? this.changes : this.database;
  }

  /** Again, if another transaction was quicker to take a pair. */
  private async undisturbed<T>(
    pool: DataSource,
    run: MapRun,
    work: (runner: QueryRunner, asked: Asked) => Promise<T>,
  ): Promise<T> {
    const asked = { keys: new Set<string>(), rows: new Map<string, RowName>(), isDeleting: false };
    for (let race = 0; race < RACE_COUNT_MAX; race += 1) {
      try {
        return await inTransaction(pool, (runner) => work(runner, asked));
      } catch (error) {
        races.add(1, { map: run.map });
        if (error instanceof PairRace) {
          for (const key of error.involved.keys ?? []) asked.keys.add(key);
          for (const row of error.involved.rows ?? []) asked.rows.set(rowName(row), row);
          asked.isDeleting ||= error.involved.deletes === true;
        } else if (!isUniqueViolation(error) && !isDeadlock(error)) {
          throw error;
        }
      }
    }
    throw new DependencyUnavailable('pairs were taken by other transactions time after time', {
      map: run.map,
    });
  }

  private async once(
    runner: QueryRunner,
    run: MapRun,
    { items: asOrdered, slot, also, takesInOnly = false, stillWanted }: WorkOrder,
    asked: Asked,
  ): Promise<Outcome> {
    const items = stillWanted === undefined ? asOrdered : await stillWanted(runner);
    const { outcome, examination, shadow, deletes, pairs, untold, plans } = await this.examine(
      runner,
      run,
      items,
      asked,
      takesInOnly,
    );
    if (deletes) await this.countDeletes(runner, run, deletes, outcome);
    const bundle = new StatementBundle();
    await this.store(runner, bundle, run, pairs, { examination, shadow, slot });
    await this.calls.end(bundle, outcome.calls);
    await also?.(bundle, outcome, plans);
    await appendOutbox(runner, outcome.all(), bundle);
    if (untold.size === 0) {
      lastly(runner, bundle.run(runner));
    } else {
      await bundle.run(runner);
      await this.wakeIfAllTold(runner, run, untold);
    }
    return outcome;
  }

  private async examine(
    runner: QueryRunner,
    run: MapRun,
    items: readonly WorkItem[],
    asked: Asked,
    takesInOnly = false,
  ): Promise<Examined> {
    const outcome = new Outcome({
      names: this.names,
      rules: run.rules,
      runEpoch: run.record.runEpoch,
      at: new Date().toISOString(),
    });
    const isRestored =
      run.isCatchingUp && (await this.catchUp.isCatchingUp(runner, run.map, run.mapperEpoch));
    if (!isRestored) run.isCatchingUp = false;
    const isCatchingUp = isRestored || takesInOnly;
    const coverage = await this.gate.enter(runner, run);
    const observations = items.flatMap((item) => ('observation' in item ? [item.observation] : []));
    const references = new KnownReferences();
    const [{ pairs, keys, hasUntold }, credit] = await together([
      this.lockPairs(runner, run, { items, observations, references, asked }),
      this.creditFor(runner, run, observations),
    ]);
    const untold = hasUntold ? await this.pairStore.sidesUntold(runner, run.map) : new Set<Side>();
    await readReferences(runner, this.needsOf(run, observations, pairs), references);
    const known = coverage.without(untold);
    const deletes = asked.isDeleting
      ? await this.breaker.enter(runner, run.map, this.deleteLimitOf(run))
      : null;
    const shadow = run.isShadow ? await this.shadowOf(runner, run, pairs, outcome) : null;
    const examination = new Examination(
      run,
      pairs,
      references,
      known,
      keys,
      outcome,
      isCatchingUp,
      credit,
      shadow,
      deletes,
    );
    // While the topics are taken in, pairs are looked at without having been due: see CatchUp.
    const open = isCatchingUp ? items : await this.withoutOvertaken(runner, items);
    examination.requireHolders(open);
    const plans: (Plan | undefined)[] = [];
    for (const item of open) {
      const planned = await this.planItem(examination, run, item);
      plans.push(planned);
      for (const finding of shadow?.newFindings() ?? []) {
        const note = shadowNote(finding);
        if (note) outcome.add(noteRecord(finding.pair, note, null, item.traceparent, outcome.context));
      }
    }
    return { outcome, examination, shadow, deletes, pairs, untold, plans };
  }

  private async lockPairs(
    runner: QueryRunner,
    run: MapRun,
    of: {
      items: readonly WorkItem[];
      observations: readonly Observation[];
      references: KnownReferences;
      asked: { keys: ReadonlySet<string>; rows: ReadonlyMap<string, RowName> };
    },
  ): Promise<{ pairs: PairsAtWork; keys: ReadonlySet<string>; hasUntold: boolean }> {
    const rows = new Map(of.asked.rows);
    for (const observation of of.observations) {
      const { side, nativeId } = observation;
      rows.set(rowName({ side, nativeId }), { side, nativeId });
      const referred = referredRow(run.rules, observation);
      if (referred) rows.set(rowName(referred), referred);
    }
    const pairs = new PairsAtWork();
    const lock = async (asked: Parameters<PairStore['lock']>[1]): Promise<boolean> => {
      const locked = await this.pairStore.lock(runner, asked, run.rules);
      for (const pair of locked.pairs) pairs.add(pair);
      pairs.lead(locked.pairIdByRow);
      return locked.hasUntold;
    };
    const keys = new Set(of.asked.keys);
    const required = await this.pairStore.findByKeys(runner, run.map, [...keys]);
    const optional = optionalIds(of.items, of.observations);
    const hasUntold = await lock({ rows: [...rows.values()], required, optional });
    const fresh = of.observations.filter((one) => one.row !== null && !pairs.ofRow(one));
    if (fresh.length === 0) return { pairs, keys, hasUntold };
    await readReferences(runner, this.needsOf(run, fresh, undefined), of.references);
    for (const { side, row } of fresh) {
      const result = row && run.rules.keyOf(side, row.cells, of.references);
      if (result?.kind === 'key') keys.add(result.key);
    }
    const holders = await this.pairStore.findByKeys(runner, run.map, [...keys]);
    const others = holders.filter((pairId) => !pairs.get(pairId));
    if (others.length > 0) await lock({ rows: [], required: others, optional: [] });
    return { pairs, keys, hasUntold };
  }

  private *needsOf(
    run: MapRun,
    observations: readonly Observation[],
    pairs: PairsAtWork | undefined,
  ): Generator<ReferenceNeed> {
    if (run.rules.lookups.length === 0) return;
    for (const { side, row } of observations) if (row) yield* run.needs.of(side, row.cells);
    const observed = new Set(observations.flatMap((one) => (one.row ? [rowName(one)] : [])));
    for (const { state } of pairs?.all() ?? []) {
      for (const side of SIDES) {
        const { row, nativeId } = state.seen[side];
        // A row that is in the batch is planned from what the batch says of it.
        if (row && nativeId !== null && !observed.has(rowName({ side, nativeId }))) {
          yield* run.needs.of(side, row.cells);
        }
      }
    }
  }

  /** Pairs that something else has planned since they were taken as due: a write that is only just on its way is not sent again. */
  private async withoutOvertaken(
    runner: QueryRunner,
    items: readonly WorkItem[],
  ): Promise<readonly WorkItem[]> {
    const redriven = items.flatMap((item) => (item.kind === 'redrive' ? [item.pairId] : []));
    if (redriven.length === 0) return items;
    const taken = await this.dues.stillTaken(runner, redriven);
    return items.filter((item) => item.kind !== 'redrive' || taken.has(item.pairId));
  }

  private async planItem(examination: Examination, run: MapRun, item: WorkItem): Promise<Plan | undefined> {
    const { traceparent } = item;
    return changeSpan('plan', traceparent, { 'dualwrite.map': run.map }, (child, span) => {
      const planned = planOne(examination, item, child);
      if (!planned) return undefined;
      if (planned.verdict) span.set({ 'dualwrite.verdict': planned.verdict });
      const failure = planned.journal.find(({ severity }) => severity === 'error');
      if (failure) span.markError(failure.code ?? failure.event);
      return planned;
    });
  }

  private async store(
    runner: QueryRunner,
    bundle: StatementBundle,
    run: MapRun,
    pairs: PairsAtWork,
    { examination, shadow, slot }: Pick<Examined, 'examination' | 'shadow'> & { slot: string },
  ): Promise<void> {
    const all = pairs.all();
    const change = noChange();
    for (const pair of all) {
      const after = pair.adoptedBy === null ? pair.state : null;
      if (pair.stored !== after) book(change, pair.stored, after);
    }
    const kept = all.filter(({ adoptedBy }) => adoptedBy === null);
    const wanting = kept.filter((pair) => hasOtherWants(pair));
    const { open, postponed, closed } = dueChanges(kept, {
      withoutCredit: examination.postponed,
      redriveAfterMs: this.settings.REDRIVE_AFTER_MS,
      nowMs: Date.now(),
      expectedInMs: (pairId) => shadow?.dueInMs(pairId),
    });
    await together([
      this.pairStore.save(runner, run.map, all, run.rules, bundle),
      this.waits.replace(runner, run.map, wanting),
      this.dues.wakeRivals(runner, run.map, [...examination.freedKeys]),
    ]);
    await this.dues.set(bundle, run.map, open);
    await this.dues.clear(bundle, closed);
    if (shadow) {
      const goneIds = all.filter(({ adoptedBy }) => adoptedBy !== null).map(({ pairId }) => pairId);
      await this.shadows.save(bundle, run.map, shadow, { slot, goneIds });
    }
    await this.parks.replace(bundle, run.map, kept);
    await this.dues.set(
      bundle,
      run.map,
      postponed.map((pairId) => ({ pairId, afterMs: 0 })),
      { isBulk: true },
    );
    await this.books.apply(bundle, run.map, slot, change);
  }

  private deleteLimitOf({ record }: MapRun): DeleteLimit {
    return deleteLimitOf(record.deleteLimit, usualDeleteLimit(this.settings));
  }

  private async countDeletes(
    runner: QueryRunner,
    run: MapRun,
    gate: DeleteGate,
    outcome: Outcome,
  ): Promise<void> {
    const text = await this.breaker.leave(runner, run.map, gate, this.deleteLimitOf(run));
    if (text !== null) outcome.add(heldDeletesRecord(run, text, outcome.context));
  }

  private async shadowOf(
    runner: QueryRunner,
    run: MapRun,
    pairs: PairsAtWork,
    { context }: Outcome,
  ): Promise<ShadowWork> {
    const stored = await this.shadows.load(
      runner,
      pairs.all().map(({ pairId }) => pairId),
    );
    return new ShadowWork(run.rules, run.shadowGraceMs, Date.parse(context.at), stored);
  }

  /** What bulk observations of a batch may lead to at once; the rest is postponed, and planned chunk by chunk. */
  private async creditFor(
    runner: QueryRunner,
    run: MapRun,
    observations: readonly Observation[],
  ): Promise<number> {
    if (!observations.some(({ via }) => isBulkVia(via))) return 0;
    // All partitions of both sides may be at it at the same moment.
    const partitionCount = SIDES.reduce((sum, side) => sum + run.partitionCounts[side], 0);
    return Math.ceil(bulkCredit(await openCountOf(runner, run.map)) / partitionCount);
  }

  /** Those that waited because their partner might have been among the rows without a key. */
  private async wakeIfAllTold(runner: QueryRunner, run: MapRun, before: ReadonlySet<Side>): Promise<void> {
    const after = await this.pairStore.sidesUntold(runner, run.map);
    if ([...before].some((side) => !after.has(side))) await this.dues.wakeWaiting(runner, run.map);
  }

  private count(run: MapRun, outcome: Outcome): void {
    for (const [verdict, count] of outcome.verdicts) examined.add(count, { map: run.map, verdict });
    if (outcome.writeCount > 0) written.add(outcome.writeCount, { map: run.map });
    run.bulkShare.noteLive(outcome.writeCount - outcome.bulkWriteCount);
  }
}

function planOne(examination: Examination, item: WorkItem, traceparent: string): Plan | undefined {
  switch (item.kind) {
    case 'observation':
      return examination.observe(item.observation, traceparent, item.backlog);
    case 'newcomer':
      return examination.expect(item.observation, item.call, traceparent);
    default:
      return examination.again(item.pairId, eventOf(item), traceparent, {
        isBulk: item.kind === 'redrive' && item.isBulk === true,
      });
  }
}

function eventOf(item: Exclude<WorkItem, { observation: Observation }>): PlanEvent {
  switch (item.kind) {
    case 'redrive':
    case 'again':
      return { kind: 'redrive' };
    case 'retry':
      return { kind: 'retry' };
    case 'release':
      return { kind: 'release', ...item.release };
    case 'repair':
      return { kind: 'repair', ...item.repair };
    case 'call':
      return { kind: 'call', call: item.call };
    case 'give-up':
      return { kind: 'give-up', call: item.call };
  }
}

/** Who has no key now, or had none, is looked at in any case: what it waits for is not in its state. */
function hasOtherWants({ stored, state, wants, isChanged }: PairInHand): boolean {
  if (!isChanged) return false;
  if (state.key === null || (stored !== null && stored.key === null)) return true;
  return stored?.wants !== state.wants && wants.length + (stored?.wants.length ?? 0) > 0;
}

/** Pairs that may not be there: those of other maps, and those that have gone since they became due. */
function optionalIds(items: readonly WorkItem[], observations: readonly Observation[]): readonly string[] {
  const ids = new Set<string>();
  for (const item of items) if (!('observation' in item)) ids.add(item.pairId);
  for (const { results } of observations) {
    for (const id of Object.keys(results)) ids.add(id.slice(0, id.lastIndexOf(':')));
  }
  return [...ids];
}
