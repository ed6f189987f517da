import { Inject, Injectable } from '@nestjs/common';
import { otherSide, SIDES, type Names, type Observation, type Side } from '@dualwrite/events';
import { appendOutbox, inTransaction } from '@dualwrite/persistence';
import type { Park, Plan, PlannedWrite, Verdict } from '@dualwrite/planner';
import { startChange } from '@dualwrite/telemetry';
import { DataSource } from 'typeorm';
import { readRowsRecord } from '../batch/outgoing';
import { Examiner } from '../examine/examiner';
import type { WorkItem } from '../examine/work-item';
import type { MapRun } from '../runs/map-run';
import { MapRuns } from '../runs/map-runs';
import { NAMES } from '../settings';
import { PairReader, type PairSummary } from './pair-reader';
import type { RepairedRow, RowNow } from './repair-body';

const SLOT = 'repair';
/** Newer than whatever was seen; it is never stored. */
const NEWEST = '9223372036854775807';

export interface PreviewedRow {
  readonly key: string | null;
  readonly writes: readonly Pick<PlannedWrite, 'side' | 'kind' | 'nativeId' | 'patch'>[];
  readonly parks: readonly Park[];
  readonly verdict: Verdict | null;
}

/**
 * Rows that were found to differ. They are mended by the way of every change: the connectors are asked to look at them,
 * the planner decides, the executors write under a condition.
 */
@Injectable()
export class PairRepair {
  constructor(
    private readonly runs: MapRuns,
    private readonly examiner: Examiner,
    private readonly reader: PairReader,
    private readonly database: DataSource,
    @Inject(NAMES) private readonly names: Names,
  ) {}

  /**
   * Has these rows looked at afresh; what is news leads to a plan by itself.
   *
   * @returns count of rows, or `undefined`: the map is not planned by this replica now
   */
  async look(map: string, nativeIds: Readonly<Record<Side, readonly string[]>>): Promise<number | undefined> {
    const run = this.runOf(map);
    if (!run) return undefined;
    const traceparent = startChange();
    const context = { names: this.names, rules: run.rules };
    const asked = SIDES.filter((side) => nativeIds[side].length > 0);
    await inTransaction(this.database, (runner) =>
      appendOutbox(
        runner,
        asked.map((side) => readRowsRecord(side, nativeIds[side], 'repair', traceparent, context)),
      ),
    );
    return asked.reduce((sum, side) => sum + nativeIds[side].length, 0);
  }

  /** Pairs of these rows as they stand, each once. */
  async pairs(map: string, rows: readonly RepairedRow[]): Promise<readonly PairSummary[] | undefined> {
    const found = new Map<string, PairSummary>();
    for (const row of rows) {
      for (const nativeId of idsOf(row)) {
        const pairs = await this.reader.summaries(map, nativeId);
        if (pairs === undefined) return undefined;
        for (const pair of pairs) found.set(pair.pairId, pair);
      }
    }
    return [...found.values()];
  }

  /** What the planner would do if it saw the rows as they are told here. */
  async preview(
    map: string,
    rows: readonly (RepairedRow & { readonly now: Readonly<Record<Side, RowNow | null>> })[],
  ): Promise<readonly PreviewedRow[] | undefined> {
    const run = this.runOf(map);
    if (!run) return undefined;
    const previewed: PreviewedRow[] = [];
    for (const row of rows) {
      const pairs = (await this.pairs(map, [row])) ?? [];
      const items: WorkItem[] = [];
      for (const side of SIDES) {
        const nativeId = row.rows[side] ?? pairs.find((pair) => pair.rows[side])?.rows[side]?.nativeId;
        if (nativeId === undefined || nativeId === null) continue;
        items.push({
          kind: 'observation',
          observation: observationOf(run, { side, nativeId, now: row.now[side], pairs }),
          traceparent: startChange(),
        });
      }
      for (const { pairId } of pairs) {
        const repair = { fields: row.fields };
        items.push({ kind: 'repair', pairId, repair, traceparent: startChange() });
      }
      const plans = await run.during(() => this.examiner.preview(run, items));
      previewed.push(previewOf(plans.flatMap((plan) => plan ?? [])));
    }
    return previewed;
  }

  /** Fields that were agreed and are not the same meet anew: see the planner's `repair`. */
  async repair(map: string, rows: readonly RepairedRow[]): Promise<readonly PairSummary[] | undefined> {
    const run = this.runOf(map);
    if (!run) return undefined;
    for (const row of rows) {
      const pairs = (await this.pairs(map, [row])) ?? [];
      const items = pairs.map(({ pairId }) => ({
        kind: 'repair' as const,
        pairId,
        repair: { fields: row.fields },
        traceparent: startChange(),
      }));
      if (items.length > 0) await run.during(() => this.examiner.work(run, { items, slot: SLOT }));
    }
    return this.pairs(map, rows);
  }

  private runOf(map: string): MapRun | undefined {
    return this.runs.all().find((run) => run.map === map);
  }
}

function idsOf({ rows }: RepairedRow): readonly string[] {
  return SIDES.flatMap((side) => rows[side] ?? []);
}

function observationOf(
  run: MapRun,
  of: { side: Side; nativeId: string; now: RowNow | null; pairs: readonly PairSummary[] },
): Observation {
  const { side, nativeId, now } = of;
  const seen = of.pairs.map((pair) => pair.rows[side]).find((row) => row?.nativeId === nativeId);
  const id = seen?.rowId ?? nativeId;
  return {
    side,
    table: run.rules.table[side],
    nativeId,
    revision: { epoch: run.registerEpochs[side], n: NEWEST },
    presence: now === null ? 'absent' : 'present',
    row: now === null ? null : { id, version: now.version, cells: now.cells },
    gone: now === null ? [id] : [],
    origins: {},
    results: {},
    last: {},
    columnSet: '',
    via: 'read',
    observedAt: new Date().toISOString(),
  };
}

/** The last plan of a side's write is the one that would be carried out. */
function previewOf(plans: readonly Plan[]): PreviewedRow {
  const last = plans.at(-1);
  const writes = SIDES.flatMap((side) => {
    const planned = plans.flatMap((plan) => plan.writes).filter((write) => write.side === otherSide(side));
    return planned.slice(-1);
  });
  return {
    key: last?.pair.key ?? null,
    writes: writes.map(({ side, kind, nativeId, patch }) => ({ side, kind, nativeId, patch })),
    parks: last?.pair.parks ?? [],
    verdict: last?.verdict ?? null,
  };
}
