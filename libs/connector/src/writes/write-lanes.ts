import { StaleBatch } from '@dualwrite/kafka';
import type { Priority } from '@dualwrite/odata';
import { DependencyRefused, log, SideUnavailable } from '@dualwrite/telemetry';
import type { DocumentWrite } from '@dualwrite/events';
import type { ObservedTable, SidePort } from '../side-port';
import { BULK_CREATE_COUNT_MIN, type BulkCreator } from './bulk-creator';
import type { DeferredWrites } from './deferred-writes';
import type { DocumentExecutor } from './document-executor';
import { KeyedMutex } from './keyed-mutex';
import { Limiter } from './limiter';
import type { Executed, KeyedWrite, WriteExecutor } from './write-executor';

export interface WriteJob {
  readonly table: ObservedTable;
  readonly write: KeyedWrite;
  readonly traceparent: string;
  /** Called once the write has ended or is safely set aside. */
  readonly done: () => void;
}

/** Writes of several rows that are carried out together. */
export interface DocumentJob {
  readonly document: DocumentWrite;
  readonly traceparent: string;
  readonly done: () => void;
}

/** A person has to act before a side that refuses us takes anything; others may go on meanwhile. */
const REFUSED_WAIT_MS = 15_000;

/**
 * Rows in parallel, the writes of one row one after the other in the order in which they came (rule 7). Bulk writes give
 * way to live ones.
 */
export class WriteLanes {
  private readonly rows = new KeyedMutex();
  private readonly places: Limiter;

  constructor(
    private readonly executor: WriteExecutor,
    private readonly deferred: DeferredWrites,
    concurrencyCountMax: number,
    private readonly side: Pick<SidePort, 'budgets' | 'createCountMax'>,
    private readonly bulk: BulkCreator,
    private readonly documents: Pick<DocumentExecutor, 'execute'>,
  ) {
    this.places = new Limiter(concurrencyCountMax);
  }

  /**
   * Resolves once every job has ended or is set aside.
   *
   * @param isStale asked before each write: true ends it with StaleBatch
   * @throws {SideUnavailable} after the writes under way have ended; nothing new was begun, but for want of budget for
   *   bulk: then live writes have gone on
   */
  async run(
    jobs: readonly WriteJob[],
    isStale: () => boolean,
    documents: readonly DocumentJob[] = [],
  ): Promise<void> {
    let failure: unknown = null;
    let failedAtMs = 0;
    let budgetAtMs = Infinity;
    const failed = (error: unknown): void => {
      if (failure !== null) return;
      failure = error;
      failedAtMs = Date.now();
    };
    const lane = async (own: readonly WriteJob[]): Promise<void> => {
      for (const job of own) {
        if (failure !== null) return;
        if (!hasBudget(job.write.isBulk ? 'bulk' : 'live')) return;
        try {
          if (isStale()) throw new StaleBatch('the partition has been taken away');
          await this.carryOut(job);
          job.done();
        } catch (error) {
          failed(error);
        }
      }
    };
    /** Asked before anything is marked: a write that cannot be sent now costs nothing. */
    const hasBudget = (priority: Priority): boolean => {
      const waitMs = this.side.budgets?.waitMs(priority) ?? 0;
      if (waitMs > 0) budgetAtMs = Math.min(budgetAtMs, Date.now() + waitMs);
      return waitMs === 0;
    };
    const group = async (creates: readonly WriteJob[]): Promise<void> => {
      if (failure !== null || !hasBudget('bulk')) return;
      try {
        if (isStale()) throw new StaleBatch('the partition has been taken away');
        const singles = await this.createMany(creates);
        for (const job of singles) await lane([job]);
      } catch (error) {
        failed(error);
      }
    };
    const together = async (job: DocumentJob): Promise<void> => {
      if (failure !== null || !hasBudget('live')) return;
      try {
        if (isStale()) throw new StaleBatch('the partition has been taken away');
        await this.executeTogether(job);
        job.done();
      } catch (error) {
        failed(error);
      }
    };
    const { groups, rows } = this.grouped([...byRow(jobs).values()]);
    await Promise.all([
      ...rows.map((own) => this.places.run(() => lane(own), { isBulk: isBulk(own) })),
      ...groups.map((own) => this.places.run(() => group(own), { isBulk: true })),
      ...documents.map((job) => this.places.run(() => together(job), { isBulk: false })),
    ]);
    if (failure !== null) throw withoutPast(failure, failedAtMs);
    // The partition rests, and its writes come again; those that have ended are known as such.
    if (budgetAtMs < Infinity)
      throw new SideUnavailable('no budget for now', Math.max(0, budgetAtMs - Date.now()));
  }

  /** Creates of a load go together, as many as the side takes; the others row by row. */
  private grouped(rows: readonly WriteJob[][]): { groups: WriteJob[][]; rows: WriteJob[][] } {
    const byTable = new Map<ObservedTable, WriteJob[]>();
    const single: WriteJob[][] = [];
    for (const own of rows) {
      const [job] = own;
      if (own.length === 1 && job !== undefined && this.bulk.mayTake(job.table, job.write)) {
        const creates = byTable.get(job.table);
        if (creates) creates.push(job);
        else byTable.set(job.table, [job]);
      } else single.push(own);
    }
    const groups: WriteJob[][] = [];
    for (const [table, creates] of byTable) {
      const size = this.side.createCountMax(table);
      for (let from = 0; from < creates.length; from += size) {
        const part = creates.slice(from, from + size);
        if (part.length >= BULK_CREATE_COUNT_MIN) groups.push(part);
        else single.push(...part.map((job) => [job]));
      }
    }
    return { groups, rows: single };
  }

  /** @returns those that are to be carried out one by one */
  private async createMany(creates: readonly WriteJob[]): Promise<WriteJob[]> {
    const [first] = creates;
    if (first === undefined) return [];
    const executed = await this.guarded(first, () =>
      this.rows.runAll(creates.map(rowKey), () => this.bulk.execute(first.table, creates)),
    );
    const singles: WriteJob[] = [];
    for (const [index, job] of creates.entries()) {
      const done = executed[index];
      if (done === undefined || done.kind === 'single') {
        singles.push(job);
        continue;
      }
      if (done.kind === 'deferred') await this.deferred.add(job.write, job.traceparent, done.untilMs);
      job.done();
    }
    return singles;
  }

  /** A write that was set aside before; says when it is to come again, or null if it has ended. */
  async resume(job: Omit<WriteJob, 'done'>, postponedId: string): Promise<number | null> {
    const done = await this.places.run(() => this.execute(job, postponedId), { isBulk: isBulk([job]) });
    return done.kind === 'deferred' ? done.untilMs : null;
  }

  private async carryOut(job: WriteJob): Promise<void> {
    const done = await this.execute(job, null);
    if (done.kind === 'deferred') await this.deferred.add(job.write, job.traceparent, done.untilMs);
  }

  private execute(job: Omit<WriteJob, 'done'>, postponedId: string | null): Promise<Executed> {
    return this.guarded(job, () =>
      this.rows.run(rowKey(job), () =>
        this.executor.execute(job.table, job.write, job.traceparent, postponedId),
      ),
    );
  }

  /** The lane of a document is all lanes of its rows. */
  private async executeTogether({ document, traceparent }: DocumentJob): Promise<void> {
    const [write] = document.parts;
    if (write === undefined) return;
    await this.guarded({ write }, () =>
      this.rows.runAll(
        document.parts.map((part) => rowKey({ write: part })),
        () => this.documents.execute(document, traceparent),
      ),
    );
  }

  private async guarded<T>(job: Pick<WriteJob, 'write'>, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      // Of our own database a refusal is a fault of ours.
      if (!(error instanceof DependencyRefused) || error.details['sqlstate'] !== undefined) throw error;
      // A refused read or sign-in is no reason to end the process: other tables may be fine.
      log.error('side.refused', { side: job.write.side, table: job.write.table, error });
      throw new SideUnavailable(`${job.write.side} refuses us`, REFUSED_WAIT_MS, {}, { cause: error });
    }
  }
}

/**
 * The wait counts from when it was told. Those under way have ended since, and some of it is over with them: to wait for
 * all of it from now on would leave the side idle though it has room.
 */
function withoutPast(error: unknown, toldAtMs: number): unknown {
  if (!(error instanceof SideUnavailable)) return error;
  const leftMs = Math.max(0, error.retryAfterMs - (Date.now() - toldAtMs));
  return new SideUnavailable(error.message, leftMs, error.details, { cause: error });
}

function byRow(jobs: readonly WriteJob[]): Map<string, WriteJob[]> {
  const rows = new Map<string, WriteJob[]>();
  for (const job of jobs) {
    const own = rows.get(rowKey(job));
    if (own) own.push(job);
    else rows.set(rowKey(job), [job]);
  }
  return rows;
}

/** A live write of the row takes those before it along. */
function isBulk(jobs: readonly Pick<WriteJob, 'write'>[]): boolean {
  return jobs.every(({ write }) => write.isBulk === true);
}

function rowKey({ write }: Pick<WriteJob, 'write'>): string {
  return `${write.table}/${write.nativeId}`;
}
