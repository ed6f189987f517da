import { isProvisional } from '@dualwrite/events';
import { changeSpan, counter, log, SideUnavailable } from '@dualwrite/telemetry';
import { withdrawAttempt } from '../core/attempts';
import { nextStep } from '../core/executor';
import type { CreatedMany, ObservedTable } from '../side-port';
import { blockedUntilMs } from './deferred-writes';
import { waitAfterMs } from './send-answer';
import type { Executed, KeyedWrite, WriteExecutorOptions } from './write-executor';

/** One create among many. */
export interface BulkCreate {
  readonly write: KeyedWrite;
  readonly traceparent: string;
}

/** `single`: to be carried out by itself: it is not a plain first create, or one of those with it was refused. */
export type BulkExecuted = Executed | { readonly kind: 'single' };

/** Fewer are not worth a request of their own form with a look behind it. */
export const BULK_CREATE_COUNT_MIN = 4;
/** How long the side may have been silent before a create asks first. */
const CREATE_SILENCE_MS_MAX = 250;

const made = counter('dualwrite.writes.bulk_created', '{row}', 'Rows created by one request for many');

/**
 * Creates of a load, many to a request and a transaction. The rules are those of single creates: marked before it is
 * sent, taken back where it surely had no effect, left in doubt where nobody knows, answered row by row with the row as
 * a look behind it shows it. A refusal does not say which row it was for: halves are tried, and what is left of them is
 * carried out one by one, so that each row is told its own reason.
 */
export class BulkCreator {
  constructor(private readonly options: WriteExecutorOptions) {}

  /** May this write go with others? Its row is believed absent, and its id is of our choice. */
  mayTake(table: ObservedTable, write: KeyedWrite): boolean {
    return (
      write.kind === 'create' &&
      write.isBulk === true &&
      !isProvisional(write.nativeId) &&
      this.options.side.createCountMax(table) > 0
    );
  }

  /**
   * The caller holds the turns of all these rows.
   *
   * @returns what became of each, in order
   * @throws {SideUnavailable} surely without effect: come again with all of them
   */
  async execute(table: ObservedTable, creates: readonly BulkCreate[]): Promise<BulkExecuted[]> {
    const { runs, begun } = this.options;
    const leaves = creates.map(({ write }) => runs.enter(write));
    let executed: readonly BulkExecuted[] = [];
    try {
      return (executed = await this.carryOut(table, creates)) as BulkExecuted[];
    } finally {
      leaves.forEach((leave, index) => {
        const done = executed[index];
        const id = creates[index]?.write.id;
        if (done?.kind === 'ended' && id !== undefined) begun.end(id);
        leave(done?.kind === 'deferred' ? done.floatsUntilMs : undefined);
      });
    }
  }

  private async carryOut(table: ObservedTable, creates: readonly BulkCreate[]): Promise<BulkExecuted[]> {
    const { side, settleMs } = this.options;
    // Many creates that are lost on a side that went away would all be in doubt.
    if (side.isDoubtful(CREATE_SILENCE_MS_MAX)) await side.environmentId();
    const sendBeforeMs = Date.now() + settleMs;
    const deadlineMs = sendBeforeMs + side.requestDeadlineMs + settleMs;
    const isBegun = await Promise.all(creates.map(({ write }) => this.begin(table, write, deadlineMs)));
    const begun = creates.filter((_create, index) => isBegun[index]);
    const outcome = await this.send(table, begun, { sendBeforeMs, deadlineMs });
    const results = new Map(begun.map((create, index) => [create, outcome[index]]));
    return creates.map((create) => results.get(create) ?? { kind: 'single' });
  }

  private async send(
    table: ObservedTable,
    begun: readonly BulkCreate[],
    times: { readonly sendBeforeMs: number; readonly deadlineMs: number },
  ): Promise<BulkExecuted[]> {
    const all = (executed: BulkExecuted): BulkExecuted[] => begun.map(() => executed);
    if (begun.length === 0) return [];
    if (begun.length < BULK_CREATE_COUNT_MIN) {
      await this.withdraw(table, begun);
      return all({ kind: 'single' });
    }
    if (Date.now() > times.sendBeforeMs) {
      await this.withdraw(table, begun);
      throw new SideUnavailable('creates were not sent in time', 0);
    }
    const answer = await this.options.side.createMany(
      table,
      begun.map(({ write }) => write),
    );
    switch (answer.kind) {
      case 'done':
        await this.report(table, begun);
        return all({ kind: 'ended' });
      case 'lost':
        log.warn('write.answer_lost', { table: table.table, kind: 'create', rowCount: begun.length });
        return all({ kind: 'deferred', untilMs: times.deadlineMs, floatsUntilMs: times.deadlineMs });
      case 'throttled':
      case 'unavailable':
      case 'refused-caller':
        await this.withdraw(table, begun);
        throw new SideUnavailable(`${this.options.side.side} did not create rows`, waitAfterMs(answer));
      default:
        await this.withdraw(table, begun);
        return answer.kind === 'not-offered' ? all({ kind: 'single' }) : this.halves(table, begun, answer);
    }
  }

  /** Rolled back as a whole. Each half is a new attempt, with marks and deadlines of its own. */
  private async halves(
    table: ObservedTable,
    creates: readonly BulkCreate[],
    answer: CreatedMany,
  ): Promise<BulkExecuted[]> {
    log.info('writes.bulk_refused', { table: table.table, rowCount: creates.length, answer: answer.kind });
    const middle = Math.ceil(creates.length / 2);
    const first = await this.carryOut(table, creates.slice(0, middle));
    try {
      return [...first, ...(await this.carryOut(table, creates.slice(middle)))];
    } catch (error) {
      if (!(error instanceof SideUnavailable)) throw error;
      // The first half has its results; the second one is sent when its time comes.
      const untilMs = Date.now() + error.retryAfterMs;
      return [...first, ...creates.slice(middle).map((): BulkExecuted => ({ kind: 'deferred', untilMs }))];
    }
  }

  /** False: not a plain first create; nothing was changed. */
  private begin(table: ObservedTable, write: KeyedWrite, deadlineMs: number): Promise<boolean> {
    const { register, runs, side, begun } = this.options;
    return register.turns.take<boolean>(table.table, {
      nativeId: write.nativeId,
      decide: ({ entry, setAside }) => {
        if (blockedUntilMs(setAside, write, null) !== null) return { result: false };
        const step = nextStep(write, entry, {
          registerEpoch: register.epoch,
          map: runs.stateOf(write.map),
          isConditional: side.isConditional(table),
          nowMs: Date.now(),
          deadlineMs,
        });
        if (step.do !== 'send' || step.attempt !== 'first') return { result: false };
        begun.note(write);
        return { result: true, change: { entry: step.entry, records: [] } };
      },
    });
  }

  /** Rule 10: the rows as a look behind the effect shows them, each with the answer of its write. */
  private async report(table: ObservedTable, creates: readonly BulkCreate[]): Promise<void> {
    const { register, side } = this.options;
    const sentAt = await register.position();
    const rows = await side.readRows(
      table,
      creates.map(({ write }) => write.nativeId),
    );
    const answers = await Promise.all(
      creates.map(async ({ write, traceparent }) => ({
        nativeId: write.nativeId,
        row: rows.get(write.nativeId) ?? null,
        end: {
          write,
          traceparent: await changeSpan('execute', traceparent, attributesOf(write), (child, span) =>
            Promise.resolve(span.traceparent || child),
          ),
          answered: {
            write,
            attempt: 'first' as const,
            result: { outcome: 'applied' as const },
            madeId: write.rowId,
          },
        },
      })),
    );
    await register.observe(table, { sentAt, via: 'write', answers });
    made.add(creates.length, { side: side.side, table: table.table });
  }

  private async withdraw(table: ObservedTable, creates: readonly BulkCreate[]): Promise<void> {
    const { turns } = this.options.register;
    await Promise.all(
      creates.map(({ write }) =>
        turns.take<void>(table.table, {
          nativeId: write.nativeId,
          decide: ({ entry }) => {
            const withdrawn = withdrawAttempt(entry, write);
            if (withdrawn === entry) return { result: undefined };
            return { result: undefined, change: { entry: withdrawn, records: [] } };
          },
        }),
      ),
    );
  }
}

function attributesOf(write: KeyedWrite): Readonly<Record<string, string>> {
  return {
    'dualwrite.side': write.side,
    'dualwrite.table': write.table,
    'dualwrite.map': write.map,
    'dualwrite.kind': write.kind,
  };
}
