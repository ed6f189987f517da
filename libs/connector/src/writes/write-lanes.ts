import { StaleBatch } from '@dualwrite/kafka';
import { DependencyRefused, log, SideUnavailable } from '@dualwrite/telemetry';
import type { ObservedTable } from '../side-port';
import type { DeferredWrites } from './deferred-writes';
import { KeyedMutex } from './keyed-mutex';
import { Limiter } from './limiter';
import type { KeyedWrite, WriteExecutor } from './write-executor';

export interface WriteJob {
  readonly table: ObservedTable;
  readonly write: KeyedWrite;
  readonly traceparent: string;
  /** Called once the write has ended or is safely set aside. */
  readonly done: () => void;
}

/** A person has to act before a side that refuses us takes anything; others may go on meanwhile. */
const REFUSED_WAIT_MS = 15_000;

/** Rows in parallel, the writes of one row one after the other in the order in which they came (rule 7). */
export class WriteLanes {
  private readonly rows = new KeyedMutex();
  private readonly places: Limiter;

  constructor(
    private readonly executor: WriteExecutor,
    private readonly deferred: DeferredWrites,
    concurrencyCountMax: number,
  ) {
    this.places = new Limiter(concurrencyCountMax);
  }

  /**
   * Resolves once every job has ended or is set aside.
   *
   * @param isStale asked before each write: true ends it with StaleBatch
   * @throws {SideUnavailable} after the writes under way have ended; nothing new was begun
   */
  async run(jobs: readonly WriteJob[], isStale: () => boolean): Promise<void> {
    let failure: unknown = null;
    const lane = async (own: readonly WriteJob[]): Promise<void> => {
      for (const job of own) {
        if (failure !== null) return;
        try {
          if (isStale()) throw new StaleBatch('the partition has been taken away');
          await this.carryOut(job);
          job.done();
        } catch (error) {
          failure ??= error;
        }
      }
    };
    await Promise.all([...byRow(jobs).values()].map((own) => this.places.run(() => lane(own))));
    if (failure !== null) throw failure;
  }

  /** A write that was set aside before; says when it is to come again, or null if it has ended. */
  async resume(job: Omit<WriteJob, 'done'>, postponedId: string): Promise<number | null> {
    const done = await this.places.run(() => this.execute(job, postponedId));
    return done.kind === 'deferred' ? done.untilMs : null;
  }

  private async carryOut(job: WriteJob): Promise<void> {
    const done = await this.execute(job, null);
    if (done.kind === 'deferred') await this.deferred.add(job.write, job.traceparent, done.untilMs);
  }

  private async execute(job: Omit<WriteJob, 'done'>, postponedId: string | null) {
    try {
      return await this.rows.run(rowKey(job), () =>
        this.executor.execute(job.table, job.write, job.traceparent, postponedId),
      );
    } catch (error) {
      // Of our own database a refusal is a fault of ours.
      if (!(error instanceof DependencyRefused) || error.details['sqlstate'] !== undefined) throw error;
      // A refused read or sign-in is no reason to end the process: other tables may be fine.
      log.error('side.refused', { side: job.write.side, table: job.write.table, error });
      throw new SideUnavailable(`${job.write.side} refuses us`, REFUSED_WAIT_MS, {}, { cause: error });
    }
  }
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

function rowKey({ write }: Pick<WriteJob, 'write'>): string {
  return `${write.table}/${write.nativeId}`;
}
