import { Injectable } from '@nestjs/common';
import { otherSide, writeId, type Cells, type Side } from '@dualwrite/events';
import { nativeIdsOf, travelsTo, type MapRules, type PairState } from '@dualwrite/planner';
import { DataSource } from 'typeorm';
import { Examiner } from '../examine/examiner';
import { PairReader } from '../http/pair-reader';
import type { MapRun } from '../runs/map-run';
import { MapRuns } from '../runs/map-runs';
import { CallEnds } from './call-ends';
import { CallLane } from './call-lane';
import { CallStore, NO_PAIR, type Call, type TakenCall } from './call-store';
import { workItemOf } from './call-work';
import { CallWaiter } from './call-waiter';

const SLOT = 'call';

export interface AskedCall {
  readonly id: string;
  /** What the caller is about to do; a row that he makes is known by its id, and all its columns are told. */
  readonly kind?: 'update' | 'create' | 'delete' | undefined;
  readonly side: Side;
  /** Business key, or native id of either side. */
  readonly row: string;
  readonly cells: Cells;
  /** What the caller saw of his row's columns, as far as he says. */
  readonly saw: Cells;
  /** Columns that do not travel are left out, instead of being refused. */
  readonly onlyMapped: boolean;
  /** So long after the answer the caller may take to save the edit itself; null: it does not. */
  readonly savedWithinMs: number | null;
  readonly traceparent: string;
}

/** A write of ours that may or may not have been sent: its executor knows. */
export interface WriteOfCall {
  readonly side: Side;
  readonly table: string;
  readonly nativeId: string;
  readonly id: string;
  readonly pairId: string;
  readonly intent: number;
}

export type Made = { readonly kind: 'made'; readonly call: Call } | Untaken;

export type Untaken =
  /** Nothing of it goes to the other side. */
  | { readonly kind: 'nothing-travels' }
  | { readonly kind: 'not-running' | 'row-unknown' | 'row-ambiguous' | 'id-taken' }
  | { readonly kind: 'columns-unknown'; readonly columns: readonly string[] };

type Taken = { readonly kind: 'made' } | Untaken;

export type PlannedCall = TakenCall &
  Pick<AskedCall, 'savedWithinMs' | 'saw' | 'kind'> & { readonly nativeId: string | undefined };

/** Edits that are planned for callers who wait; planned under the pair's lock and answered like any other write. */
@Injectable()
export class Calls {
  private readonly store: CallStore;
  private readonly waiter: CallWaiter;
  private readonly lanes = new WeakMap<MapRun, CallLane<PlannedCall>>();

  constructor(
    database: DataSource,
    ends: CallEnds,
    private readonly runs: MapRuns,
    private readonly examiner: Examiner,
    private readonly reader: PairReader,
  ) {
    this.store = new CallStore(database);
    this.waiter = new CallWaiter(this.store, ends);
  }

  /**
   * Asked again under the same id, the same call is answered.
   *
   * @param waitMs its end is waited for at most so long, counted from now
   */
  async make(map: string, asked: AskedCall, waitMs = 0): Promise<Made> {
    const untilMs = Date.now() + waitMs;
    const made = await this.take(map, asked);
    if (made.kind !== 'made') {
      // Nothing of it could be planned now; but perhaps it has been planned before.
      const known = await this.store.find(asked.id);
      return known ? asAsked(known, map, asked) : made;
    }
    const leftMs = untilMs - Date.now();
    return asAsked(await (leftMs > 0 ? this.wait(asked.id, leftMs) : this.get(asked.id)), map, asked);
  }

  private async take(map: string, asked: AskedCall): Promise<Taken> {
    const run = this.runs.all().find((one) => one.map === map);
    if (!run) return { kind: 'not-running' };
    const prepared = await this.prepare(run, asked);
    if ('kind' in prepared) return prepared;
    await this.laneOf(run).do(prepared.planned);
    return { kind: 'made' };
  }

  /** The call as it would be planned now, or why there is none. */
  async prepare(run: MapRun, asked: AskedCall): Promise<{ readonly planned: PlannedCall } | Untaken> {
    const { map } = run;
    const { side, row } = asked;
    const unknown = Object.keys(asked.cells).filter((column) => !goesOver(run.rules, side, column));
    if (unknown.length > 0 && !asked.onlyMapped) return { kind: 'columns-unknown', columns: unknown };
    const travelling = Object.entries(asked.cells).filter(([column]) => !unknown.includes(column));
    // Of a new row every column counts, whether it travels or decides where the row belongs.
    const cells = asked.kind === 'create' ? asked.cells : Object.fromEntries(travelling);
    if (travelling.length === 0 && asked.kind !== 'delete') return { kind: 'nothing-travels' };
    const pairs = (await this.reader.find(map, row)) ?? [];
    const [pair] = pairs;
    if (!pair && asked.kind !== 'create') return { kind: 'row-unknown' };
    if (pairs.length > 1) return { kind: 'row-ambiguous' };
    if (pair && isOwnWrite(run.rules, pair, { ...asked, cells })) return { kind: 'nothing-travels' };
    const { id, kind, traceparent, savedWithinMs, saw } = asked;
    const pairId = pair?.pairId ?? NO_PAIR;
    const nativeId = pair && nativeIdsOf(pair)[side].find((one) => one.toLowerCase() === row.toLowerCase());
    const planned = {
      ...{ id, map, pairId, side, row, cells, traceparent },
      ...{ kind, savedWithinMs, saw, nativeId },
    };
    return { planned };
  }

  async find(map: string, id: string): Promise<Call | undefined> {
    const call = await this.store.find(id);
    return call?.map === map ? call : undefined;
  }

  /** Waits until the call has ended, at most so long. */
  async wait(id: string, waitMs: number): Promise<Call> {
    return (await this.waiter.wait(id, waitMs)) ?? this.get(id);
  }

  /**
   * Nobody waits any more. What is not planned yet never will be; what is on its way to its executor is told, for the
   * executor alone can stop it.
   */
  async giveUp(map: string, id: string): Promise<{ call: Call; write: WriteOfCall | null }> {
    await this.store.abandonUntaken(map, id);
    const call = await this.get(id);
    const run = this.runs.all().find((one) => one.map === map);
    if (call.outcome !== null || !run) return { call, write: null };
    const { pairId } = call;
    const item = { kind: 'give-up', pairId, call: id, traceparent: call.traceparent } as const;
    await run.during(() => this.examiner.work(run, { items: [item], slot: SLOT }));
    const [pair] = (await this.reader.find(map, pairId)) ?? [];
    return { call: await this.get(id), write: pair ? writeOf(run.rules, pair, id) : null };
  }

  private laneOf(run: MapRun): CallLane<PlannedCall> {
    const lane = this.lanes.get(run) ?? new CallLane((calls) => this.plan(run, calls));
    this.lanes.set(run, lane);
    return lane;
  }

  private async plan(run: MapRun, calls: readonly PlannedCall[]): Promise<void> {
    const items = calls.map((call) => workItemOf(run.rules, call, Date.now()));
    let planned: typeof items = [];
    await run.during(() =>
      this.examiner.work(run, {
        items,
        slot: SLOT,
        stillWanted: async (runner) => {
          const taken = await this.store.take(runner, calls);
          planned = items.filter(({ call }) => taken.has(call.id));
          return planned;
        },
        also: async (executor, _outcome, plans) => {
          for (const [index, { kind, call }] of planned.entries()) {
            const plan = plans[index];
            if (kind === 'newcomer' && plan) await this.store.house(executor, call.id, plan.pair.pairId);
          }
        },
      }),
    );
  }

  private async get(id: string): Promise<Call> {
    const call = await this.store.find(id);
    if (!call) throw new Error(`call ${id} is not stored`);
    return call;
  }
}

/**
 * The save that asks is one of ours: a row gets what the other side holds already. Told by what is written, for whoever
 * saves the same values at that moment may do so as well.
 */
function isOwnWrite(
  rules: MapRules,
  pair: PairState,
  { side, cells, kind: asked = 'update' }: Pick<AskedCall, 'side' | 'cells' | 'kind'>,
): boolean {
  if (asked !== 'update') return pair.intents.some(({ target, kind }) => target === side && kind === asked);
  return pair.intents.some(
    ({ target, patch }) =>
      target === side &&
      rules.fields.every((rule) => {
        const column = rule.column[side];
        const value = column === null ? undefined : cells[column];
        if (column === null || value === undefined) return true;
        const written = patch[column];
        return written !== undefined && rule.same(side, value, written);
      }),
  );
}

/** What was given up before it arrived has its id alone. */
function asAsked(known: Call, map: string, { side, row }: AskedCall): Made {
  const isSame = known.map === map && known.side === side && known.row === row;
  return isSame || known.outcome === 'abandoned' ? { kind: 'made', call: known } : { kind: 'id-taken' };
}

function goesOver(rules: MapRules, side: Side, column: string): boolean {
  const target = otherSide(side);
  return rules.fields.some(
    (rule) => rule.column[side] === column && rule.column[target] !== null && travelsTo(rule, target),
  );
}

function writeOf(rules: MapRules, pair: PairState, callId: string): WriteOfCall | null {
  const intent = pair.intents.find(({ call }) => call === callId);
  if (!intent || intent.nativeId === null) return null;
  const { target: side, nativeId, number } = intent;
  const { pairId } = pair;
  return { side, table: rules.table[side], nativeId, id: writeId(pairId, number), pairId, intent: number };
}
