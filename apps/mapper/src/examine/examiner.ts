import { Inject, Injectable } from '@nestjs/common';
import { SIDES, type Names, type Observation, type Side } from '@dualwrite/events';
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
import type { PlanEvent } from '@dualwrite/planner';
import { DataSource, type QueryRunner } from 'typeorm';
import { BookStore, book, noChange } from '../books/book-store';
import { CoverageGate } from '../coverage/coverage-gate';
import type { PairInHand } from '../pairs/pair-in-hand';
import { PairRace } from '../pairs/pair-race';
import { PairStore, rowName, type RowName } from '../pairs/pair-store';
import { DueStore } from '../redrive/due-store';
import { CatchUpGate } from '../restore/catch-up-gate';
import { KnownReferences } from '../references/known-references';
import { readReferences } from '../references/reference-reader';
import type { MapRun } from '../runs/map-run';
import { MAPPER_SETTINGS, NAMES, type MapperSettings } from '../settings';
import { WaitStore } from '../waits/wait-store';
import { Examination, referredRow } from './examination';
import { Outcome } from './outcome';
import { PairsAtWork } from './pairs-at-work';
import type { WorkItem } from './work-item';

export interface WorkOrder {
  readonly items: readonly WorkItem[];
  /** Line of the books that the change is entered in. */
  readonly slot: string;
  /** Stored in the same transaction: positions, coverage, records of bad messages. */
  readonly also?: (executor: SqlExecutor, outcome: Outcome) => Promise<void>;
}

const RACE_COUNT_MAX = 8;
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
  private readonly gate = new CoverageGate();
  private readonly catchUp = new CatchUpGate();

  constructor(
    private readonly database: DataSource,
    private readonly pairStore: PairStore,
    @Inject(NAMES) private readonly names: Names,
    @Inject(MAPPER_SETTINGS) private readonly settings: MapperSettings,
  ) {}

  /** @throws {DependencyUnavailable} Postgres is away, or others were quicker time after time */
  async work(run: MapRun, order: WorkOrder): Promise<void> {
    const asked = { keys: new Set<string>(), rows: new Map<string, RowName>() };
    for (let race = 0; race < RACE_COUNT_MAX; race += 1) {
      try {
        const outcome = await inTransaction(this.database, (runner) => this.once(runner, run, order, asked));
        this.count(run, outcome);
        return;
      } catch (error) {
        races.add(1, { map: run.map });
        if (error instanceof PairRace) {
          for (const key of error.involved.keys ?? []) asked.keys.add(key);
          for (const row of error.involved.rows ?? []) asked.rows.set(rowName(row), row);
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
    { items, slot, also }: WorkOrder,
    asked: { keys: ReadonlySet<string>; rows: ReadonlyMap<string, RowName> },
  ): Promise<Outcome> {
    const outcome = new Outcome({
      names: this.names,
      rules: run.rules,
      runEpoch: run.record.runEpoch,
      at: new Date().toISOString(),
    });
    const isCatchingUp =
      run.isCatchingUp && (await this.catchUp.isCatchingUp(runner, run.map, run.mapperEpoch));
    if (!isCatchingUp) run.isCatchingUp = false;
    const coverage = await this.gate.enter(runner, run);
    const observations = items.flatMap((item) => (item.kind === 'observation' ? [item.observation] : []));
    const references = new KnownReferences();
    const [{ pairs, keys }, untold] = await together([
      this.lockPairs(runner, run, { items, observations, references, asked }),
      this.pairStore.sidesUntold(runner, run.map),
    ]);
    await readReferences(runner, this.needsOf(run, observations, pairs), references);
    const known = coverage.without(untold);
    const examination = new Examination(run, pairs, references, known, keys, outcome, isCatchingUp);
    // While the topics are taken in, pairs are looked at without having been due: see CatchUp.
    const open = isCatchingUp ? items : await this.withoutOvertaken(runner, items);
    examination.requireHolders(open);
    for (const item of open) await this.planItem(examination, run, item);
    const bundle = new StatementBundle();
    await this.store(runner, bundle, run, pairs, examination, slot);
    await also?.(bundle, outcome);
    await appendOutbox(runner, outcome.all(), bundle);
    if (untold.size === 0) {
      lastly(runner, bundle.run(runner));
    } else {
      await bundle.run(runner);
      await this.wakeIfAllTold(runner, run, untold);
    }
    return outcome;
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
  ): Promise<{ pairs: PairsAtWork; keys: ReadonlySet<string> }> {
    const rows = new Map(of.asked.rows);
    for (const observation of of.observations) {
      const { side, nativeId } = observation;
      rows.set(rowName({ side, nativeId }), { side, nativeId });
      const referred = referredRow(run.rules, observation);
      if (referred) rows.set(rowName(referred), referred);
    }
    const pairs = new PairsAtWork();
    const lock = async (asked: Parameters<PairStore['lock']>[1]): Promise<void> => {
      const locked = await this.pairStore.lock(runner, asked, run.rules);
      for (const pair of locked.pairs) pairs.add(pair);
      pairs.lead(locked.pairIdByRow);
    };
    const keys = new Set(of.asked.keys);
    const required = await this.pairStore.findByKeys(runner, run.map, [...keys]);
    await lock({ rows: [...rows.values()], required, optional: optionalIds(of.items, of.observations) });
    const fresh = of.observations.filter((one) => one.row !== null && !pairs.ofRow(one));
    if (fresh.length === 0) return { pairs, keys };
    await readReferences(runner, this.needsOf(run, fresh, undefined), of.references);
    for (const { side, row } of fresh) {
      const result = row && run.rules.keyOf(side, row.cells, of.references);
      if (result?.kind === 'key') keys.add(result.key);
    }
    const holders = await this.pairStore.findByKeys(runner, run.map, [...keys]);
    const others = holders.filter((pairId) => !pairs.get(pairId));
    if (others.length > 0) await lock({ rows: [], required: others, optional: [] });
    return { pairs, keys };
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

  private async planItem(examination: Examination, run: MapRun, item: WorkItem): Promise<void> {
    const { traceparent } = item;
    await changeSpan('plan', traceparent, { 'dualwrite.map': run.map }, (child, span) => {
      const planned =
        item.kind === 'observation'
          ? examination.observe(item.observation, child)
          : examination.again(item.pairId, eventOf(item), child);
      if (!planned) return;
      if (planned.verdict) span.set({ 'dualwrite.verdict': planned.verdict });
      const failure = planned.journal.find(({ severity }) => severity === 'error');
      if (failure) span.markError(failure.code ?? failure.event);
    });
  }

  private async store(
    runner: QueryRunner,
    bundle: StatementBundle,
    run: MapRun,
    pairs: PairsAtWork,
    examination: Examination,
    slot: string,
  ): Promise<void> {
    const all = pairs.all();
    const change = noChange();
    for (const pair of all) {
      const after = pair.adoptedBy === null ? pair.state : null;
      if (pair.stored !== after) book(change, pair.stored, after);
    }
    const kept = all.filter(({ adoptedBy }) => adoptedBy === null);
    const wanting = kept.filter((pair) => hasOtherWants(pair));
    const { opened, closed } = dueChanges(kept);
    const afterMs = this.settings.REDRIVE_AFTER_MS;
    await together([
      this.pairStore.save(runner, run.map, all, run.rules, bundle),
      this.waits.replace(runner, run.map, wanting),
      this.dues.wakeRivals(runner, run.map, [...examination.freedKeys]),
    ]);
    await this.dues.set(
      bundle,
      run.map,
      opened.map((pairId) => ({ pairId, afterMs })),
    );
    await this.dues.clear(bundle, closed);
    await this.books.apply(bundle, run.map, slot, change);
  }

  /** Those that waited because their partner might have been among the rows without a key. */
  private async wakeIfAllTold(runner: QueryRunner, run: MapRun, before: ReadonlySet<Side>): Promise<void> {
    const after = await this.pairStore.sidesUntold(runner, run.map);
    if ([...before].some((side) => !after.has(side))) await this.dues.wakeWaiting(runner, run.map);
  }

  private count(run: MapRun, outcome: Outcome): void {
    for (const [verdict, count] of outcome.verdicts) examined.add(count, { map: run.map, verdict });
    if (outcome.writeCount > 0) written.add(outcome.writeCount, { map: run.map });
  }
}

function eventOf(item: Exclude<WorkItem, { kind: 'observation' }>): PlanEvent {
  return item.kind === 'redrive' ? { kind: 'redrive' } : { kind: 'release', ...item.release };
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
  for (const item of items) if (item.kind !== 'observation') ids.add(item.pairId);
  for (const { results } of observations) {
    for (const id of Object.keys(results)) ids.add(id.slice(0, id.lastIndexOf(':')));
  }
  return [...ids];
}

/** A write without an answer is due again after a while; a pair that has them all is not. */
function dueChanges(pairs: readonly PairInHand[]): { opened: string[]; closed: string[] } {
  const opened: string[] = [];
  const closed: string[] = [];
  for (const { stored, state, pairId, isExamined } of pairs) {
    const wasOpen = (stored?.intents.length ?? 0) > 0;
    const isOpen = state.intents.length > 0;
    if (isOpen && stored?.intents !== state.intents) opened.push(pairId);
    else if (!isOpen && (wasOpen || isExamined)) closed.push(pairId);
  }
  return { opened: opened.sort(), closed: closed.sort() };
}
