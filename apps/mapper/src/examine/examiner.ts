import { Inject, Injectable } from '@nestjs/common';
import {
  isBulkVia,
  SIDES,
  type DeleteLimit,
  type Names,
  type Observation,
  type Side,
} from '@dualwrite/events';
import { appendOutbox, lastly, StatementBundle, together } from '@dualwrite/persistence';
import { StoreLife } from '@dualwrite/service';
import { counter } from '@dualwrite/telemetry';
import type { Plan } from '@dualwrite/planner';
import { DataSource, type QueryRunner } from 'typeorm';
import { documentRecord, noteRecord } from '../batch/outgoing';
import { CallEnds } from '../calls/call-ends';
import { CallStore } from '../calls/call-store';
import { CoverageGate } from '../coverage/coverage-gate';
import { DeleteBreaker } from '../deletes/delete-breaker';
import type { DeleteGate } from '../deletes/delete-gate';
import { deleteLimitOf } from '../deletes/delete-limit';
import { heldDeletesRecord } from '../deletes/delete-notes';
import { DocumentStore } from '../documents/document-store';
import { PairStore } from '../pairs/pair-store';
import { bulkCredit, openCountOf } from '../redrive/bulk-credit';
import { DueStore } from '../redrive/due-store';
import { CatchUpGate } from '../restore/catch-up-gate';
import { KnownReferences } from '../references/known-references';
import type { MadeRows } from '../references/made-rows';
import { readReferences } from '../references/reference-reader';
import type { MapRun } from '../runs/map-run';
import { CHANGES_POOL, MAPPER_SETTINGS, NAMES, usualDeleteLimit, type MapperSettings } from '../settings';
import { shadowNote } from '../shadow/shadow-notes';
import { ShadowStore } from '../shadow/shadow-store';
import { ShadowWork } from '../shadow/shadow-work';
import { Examination } from './examination';
import { Outcome } from './outcome';
import { PairKeeper } from './pair-keeper';
import { PairLocks } from './pair-locks';
import type { PairsAtWork } from './pairs-at-work';
import { planItem } from './plan-item';
import { nothingAsked, notingRaces, undisturbed, type Asked } from './undisturbed';
import type { WorkItem } from './work-item';
import type { JointEnds, JointWork, WorkOrder } from './work-order';

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

/** A plan for a few rows serves so many; beyond, one of their own is worth its price. */
const KEPT_PLAN_ITEM_COUNT_MAX = 40;
const examined = counter('dualwrite.mapper.examined', '{examination}', 'Examinations of pairs, by verdict');
const written = counter('dualwrite.mapper.writes', '{write}', 'Writes that were planned');
/**
 * One transaction: lock the pairs, read their state under the lock, plan, store pairs and all that goes out. Few
 * statements, however many rows.
 */
@Injectable()
export class Examiner {
  private readonly dues = new DueStore();
  private readonly calls: CallStore;
  private readonly documents: DocumentStore;
  private readonly locks: PairLocks;
  private readonly keeper: PairKeeper;
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
    private readonly life: StoreLife,
  ) {
    this.calls = new CallStore(database);
    this.documents = new DocumentStore(database);
    this.locks = new PairLocks(pairStore);
    this.keeper = new PairKeeper(pairStore, this.dues, this.shadows, settings.REDRIVE_AFTER_MS);
  }

  /** @throws {DependencyUnavailable} Postgres is away, or others were quicker time after time */
  async work(run: MapRun, order: WorkOrder): Promise<void> {
    const pool = this.poolFor(order.items);
    const outcome = await undisturbed(pool, run.map, (runner, asked) => this.once(runner, run, order, asked));
    this.count(run, outcome);
    if (outcome.calls.length > 0) this.ends.tell();
  }

  /**
   * Work of several maps in one transaction, in this order: all of it is stored, or none. One at a time in the whole
   * installation, so that two of them never wait for each other's pairs in a ring.
   *
   * @param works asked again whenever the transaction is
   */
  async workTogether(works: () => readonly JointWork[], { begin, end }: JointEnds): Promise<void> {
    const [first] = works();
    if (first === undefined) return;
    const asked = new Map<number, Asked>();
    const done = await undisturbed(this.changes, first.run.map, async (runner) => {
      await runner.query(
        `select pg_advisory_xact_lock(hashtextextended('documents:' || current_schema(), 0))`,
      );
      const outcomes: Outcome[] = [];
      if (!(await begin(runner))) return [];
      const all = works();
      for (const [index, { run, order, planned }] of all.entries()) {
        const own = asked.get(index) ?? nothingAsked();
        asked.set(index, own);
        const outcome = await notingRaces(own, () => this.once(runner, run, order, own, { isJoint: true }));
        planned?.(outcome);
        outcomes.push(outcome);
      }
      await end(runner, outcomes);
      return all.map(({ run }, index) => ({ run, outcome: outcomes[index] }));
    });
    for (const { run, outcome } of done) if (outcome) this.count(run, outcome);
    this.ends.tell();
  }

  /** What would be planned for each of these, one after the other: nothing is stored, and nothing leaves. */
  preview(run: MapRun, items: readonly WorkItem[]): Promise<readonly (Plan | undefined)[]> {
    return undisturbed(this.poolFor(items), run.map, async (runner, asked) => {
      const { plans } = await this.examine(runner, run, items, asked);
      return plans;
    });
  }

  private poolFor(items: readonly WorkItem[]): DataSource {
    return items.length <= KEPT_PLAN_ITEM_COUNT_MAX ? this.changes : this.database;
  }

  private async once(
    runner: QueryRunner,
    run: MapRun,
    { items: asOrdered, slot, also, takesInOnly = false, stillWanted, made }: WorkOrder,
    asked: Asked,
    { isJoint = false } = {},
  ): Promise<Outcome> {
    const items = stillWanted === undefined ? asOrdered : await stillWanted(runner);
    const { outcome, examination, shadow, deletes, pairs, untold, plans } = await this.examine(
      runner,
      run,
      items,
      asked,
      takesInOnly,
      made,
    );
    if (!isJoint) await this.sendAgain(runner, outcome);
    if (deletes) await this.countDeletes(runner, run, deletes, outcome);
    const bundle = new StatementBundle();
    await this.keeper.store(runner, bundle, run, pairs, { examination, shadow, slot });
    await this.calls.end(bundle, outcome.calls);
    await also?.(bundle, outcome, plans);
    await appendOutbox(runner, outcome.all(), bundle);
    // Of joint work more is sent behind it.
    if (untold.size === 0 && !isJoint) {
      lastly(runner, bundle.run(runner));
    } else {
      await bundle.run(runner);
      await this.keeper.wakeIfAllTold(runner, run, untold);
    }
    return outcome;
  }

  private async examine(
    runner: QueryRunner,
    run: MapRun,
    items: readonly WorkItem[],
    asked: Asked,
    takesInOnly = false,
    made?: MadeRows,
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
    const references = new KnownReferences(made);
    const [{ pairs, keys, hasUntold }, credit] = await together([
      this.locks.lock(runner, run, { items, observations, references, asked }),
      this.creditFor(runner, run, observations),
      this.life.recognise(runner),
    ]);
    const untold = hasUntold ? await this.pairStore.sidesUntold(runner, run.map) : new Set<Side>();
    await readReferences(runner, this.locks.needsOf(run, observations, pairs), references);
    const known = coverage.without(untold);
    const deletes = asked.isDeleting
      ? await this.breaker.enter(runner, run.map, this.deleteLimitOf(run))
      : null;
    const shadow = run.isShadow ? await this.shadowOf(runner, run, pairs, outcome) : null;
    const examination = new Examination({
      run,
      pairs,
      references,
      coverage: known,
      askedKeys: keys,
      outcome,
      isCatchingUp,
      bulkCredit: credit,
      shadow,
      deletes,
    });
    // While the topics are taken in, pairs are looked at without having been due: see CatchUp.
    const open = isCatchingUp ? items : await this.withoutOvertaken(runner, items);
    examination.requireHolders(open);
    const plans: (Plan | undefined)[] = [];
    for (const item of open) {
      const planned = await planItem(examination, run.map, item);
      plans.push(planned);
      for (const finding of shadow?.newFindings() ?? []) {
        const note = shadowNote(finding);
        if (note) outcome.add(noteRecord(finding.pair, note, null, item.traceparent, outcome.context));
      }
    }
    return { outcome, examination, shadow, deletes, pairs, untold, plans };
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

  /** Rule 22: the write of a part is sent again with those of the others, as they left. */
  private async sendAgain(runner: QueryRunner, outcome: Outcome): Promise<void> {
    const ids = [...new Set(outcome.ofDocuments.map(({ document }) => document))];
    if (ids.length === 0) return;
    for (const { sent, traceparent } of await this.documents.sent(runner, ids))
      outcome.add(documentRecord(this.names, sent, traceparent));
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

  private count(run: MapRun, outcome: Outcome): void {
    for (const [verdict, count] of outcome.verdicts) examined.add(count, { map: run.map, verdict });
    if (outcome.writeCount > 0) written.add(outcome.writeCount, { map: run.map });
    run.bulkShare.noteLive(outcome.writeCount - outcome.bulkWriteCount);
  }
}
