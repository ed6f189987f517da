import type { OutgoingRecord } from '@dualwrite/kafka';
import { inTransaction } from '@dualwrite/persistence';
import { counter, DependencyUnavailable, InvariantBroken } from '@dualwrite/telemetry';
import type { DataSource, QueryRunner } from 'typeorm';
import type { RegisterEntry } from '../core/register-entry';
import type { ChangedEntry, EntryRead } from './register-record';
import type { RegisterStore } from './register-store';

/** What is to become of one row's entry. */
export interface Turn<T> {
  readonly nativeId: string;
  /** Pure but for spans: asked again if the entry was stored by somebody else in between. */
  readonly decide: (read: EntryRead) => Decision<T> | Promise<Decision<T>>;
}

export interface Decision<T> {
  readonly result: T;
  /** Absent: nothing is stored, nothing said. */
  readonly change?: { readonly entry: RegisterEntry; readonly records: readonly OutgoingRecord[] };
}

/** A row of any table. */
export interface RowOfTable {
  readonly table: string;
  readonly nativeId: string;
}

/** Of several rows; `changes` in their order, undefined: that one stays as it is. */
export interface JointDecision<T> {
  readonly result: T;
  readonly changes: readonly (Decision<T>['change'] | undefined)[];
}

/** Somebody else has stored one of the entries since: none of ours is. */
class LostRace extends Error {}

interface Waiting {
  readonly turn: Turn<unknown>;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

interface Lane {
  waiting: Waiting[];
  isRunning: boolean;
}

/** Rows of one round: enough to make the statements cheap, few enough to hold their locks for a moment only. */
const ROUND_ROW_COUNT_MAX = 500;
/** An entry that others store this often between our reading and our storing is no entry of a living system. */
const LOST_COUNT_MAX = 50;

const lost = counter(
  'dualwrite.register.lost_races',
  '{entry}',
  'Entries that somebody else stored between reading and storing',
);

/**
 * Reads entries, has them decided on, stores what changed if nobody else has stored it since: two statements for all
 * rows that are asked for at a moment, no lock held in between. Turns of one table that come while a round is under way
 * share the next one, so the more there is to do the less each costs.
 */
export class RegisterTurns {
  private readonly lanes = new Map<string, Lane>();

  constructor(
    private readonly store: RegisterStore,
    private readonly life: { readonly epoch: number },
  ) {}

  /** One row's turn, in company of others. Turns of one row keep the order in which they were asked for. */
  take<T>(table: string, turn: Turn<T>): Promise<T> {
    const lane = this.lanes.get(table) ?? { waiting: [], isRunning: false };
    this.lanes.set(table, lane);
    return new Promise<T>((resolve, reject) => {
      lane.waiting.push({ turn, resolve: resolve as (result: unknown) => void, reject });
      if (lane.isRunning) return;
      lane.isRunning = true;
      // Whatever else this tick brings comes along.
      setImmediate(() => void this.run(table, lane));
    });
  }

  /** All of these now, in the caller's transaction or in statements of their own; results in the order of the turns. */
  async takeAll<T>(
    executor: DataSource | QueryRunner,
    table: string,
    turns: readonly Turn<T>[],
  ): Promise<T[]> {
    const results = new Map<Turn<T>, T>();
    let left = turns;
    for (let lostCount = 0; left.length > 0;) {
      const now = firstOfEachRow(left);
      const ended = await this.round(executor, table, now);
      for (const [turn, result] of ended) results.set(turn, result);
      if (ended.size < now.length && ++lostCount > LOST_COUNT_MAX) {
        throw new DependencyUnavailable('register entries were stored by others time after time', { table });
      }
      left = left.filter((turn) => !ended.has(turn));
    }
    return turns.map((turn) => results.get(turn) as T);
  }

  /**
   * Several rows of several tables as one: what is decided of them is stored in one transaction, or none of it. Tables are
   * taken in the order of their names and rows in that of their ids, so two that want some of the same never wait for each
   * other in a ring.
   */
  async takeTogether<T>(
    rows: readonly RowOfTable[],
    decide: (reads: readonly EntryRead[]) => JointDecision<T> | Promise<JointDecision<T>>,
  ): Promise<T> {
    for (let lostCount = 0; lostCount <= LOST_COUNT_MAX; lostCount++) {
      try {
        return await inTransaction(this.store.poolFor(rows.length), (runner) =>
          this.decideTogether(runner, rows, decide),
        );
      } catch (error) {
        if (!(error instanceof LostRace)) throw error;
      }
    }
    throw new DependencyUnavailable('register entries were stored by others time after time', {
      tables: [...new Set(rows.map(({ table }) => table))],
    });
  }

  private async decideTogether<T>(
    runner: QueryRunner,
    rows: readonly RowOfTable[],
    decide: (reads: readonly EntryRead[]) => JointDecision<T> | Promise<JointDecision<T>>,
  ): Promise<T> {
    const tables = [...new Set(rows.map(({ table }) => table))].sort();
    const reads = new Map<string, ReadonlyMap<string, EntryRead>>();
    for (const table of tables) {
      const ids = rows.filter((row) => row.table === table).map(({ nativeId }) => nativeId);
      reads.set(table, await this.store.read(runner, table, ids, this.life.epoch));
    }
    const inOrder = rows.map(({ table, nativeId }) => {
      const read = reads.get(table)?.get(nativeId);
      if (read === undefined) throw new InvariantBroken('a row was asked for and not answered', { table });
      return read;
    });
    const { result, changes } = await decide(inOrder);
    for (const table of tables) {
      const changed = inOrder.flatMap((read, index) => {
        const change = changes[index];
        if (change === undefined || rows[index]?.table !== table) return [];
        return [{ ...change, changes: read.changes }];
      });
      const stored = await this.store.save(runner, table, changed);
      if (stored.size === changed.length) continue;
      lost.add(changed.length - stored.size, { table });
      throw new LostRace('entries were stored by somebody else');
    }
    return result;
  }

  private async run(table: string, lane: Lane): Promise<void> {
    while (lane.waiting.length > 0) {
      const now = new Set(firstOfEachRow(lane.waiting.map(({ turn }) => turn)));
      try {
        const ended = await this.round(this.store.poolFor(now.size), table, [...now]);
        const isEnded = ({ turn }: Waiting): boolean => ended.has(turn);
        const over = lane.waiting.filter(isEnded);
        lane.waiting = lane.waiting.filter((one) => !isEnded(one));
        for (const { turn, resolve } of over) resolve(ended.get(turn));
      } catch (error) {
        const over = lane.waiting.filter(({ turn }) => now.has(turn));
        lane.waiting = lane.waiting.filter(({ turn }) => !now.has(turn));
        for (const { reject } of over) reject(error);
      }
    }
    lane.isRunning = false;
  }

  /** @returns results of the turns that have ended; the entries of the others were stored by somebody else meanwhile */
  private async round<T>(
    executor: DataSource | QueryRunner,
    table: string,
    turns: readonly Turn<T>[],
  ): Promise<Map<Turn<T>, T>> {
    const nativeIds = turns.map(({ nativeId }) => nativeId);
    const reads = await this.store.read(executor, table, nativeIds, this.life.epoch);
    const ended = new Map<Turn<T>, T>();
    const changed: ChangedEntry[] = [];
    for (const turn of turns) {
      const read = reads.get(turn.nativeId);
      if (read === undefined) throw new InvariantBroken('a row was asked for and not answered', { table });
      const { result, change } = await turn.decide(read);
      ended.set(turn, result);
      if (change !== undefined) changed.push({ ...change, changes: read.changes });
    }
    const stored = await this.store.save(executor, table, changed);
    const lostIds = new Set(
      changed.map(({ entry }) => entry.nativeId).filter((nativeId) => !stored.has(nativeId)),
    );
    if (lostIds.size > 0) lost.add(lostIds.size, { table });
    for (const turn of turns) if (lostIds.has(turn.nativeId)) ended.delete(turn);
    return ended;
  }
}

/** At most one turn of each row, in order, as many as make a round. */
function firstOfEachRow<T>(turns: readonly Turn<T>[]): Turn<T>[] {
  const first = new Map<string, Turn<T>>();
  for (const turn of turns) {
    if (first.size === ROUND_ROW_COUNT_MAX) break;
    if (!first.has(turn.nativeId)) first.set(turn.nativeId, turn);
  }
  return [...first.values()];
}
