import { isProvisional, type Write, type WriteResult } from '@dualwrite/events';
import { changeSpan, counter, log, SideUnavailable, type ChangeSpan } from '@dualwrite/telemetry';
import { withdrawAttempt } from '../core/attempts';
import { classifyAnswer } from '../core/classify-answer';
import { compareBeforeSending, nextStep, type Step } from '../core/executor';
import type { SideRow } from '../core/register-entry';
import type { Register } from '../register/register';
import type { ObservedTable, SideAnswer, SidePort } from '../side-port';
import type { BegunWrites } from './begun-writes';
import { blockedUntilMs } from './deferred-writes';
import { findMade, madeAnswers } from './made-row';
import type { RunEpochs } from './run-epochs';
import { sendAnswerOf, waitAfterMs } from './send-answer';

/** A write of a row whose id is known, as everything here needs it. */
export type KeyedWrite = Write & { readonly nativeId: string };

/** `deferred`: to be carried out again, not before that moment; its place in the row's order is kept. */
export type Executed =
  | { readonly kind: 'ended' }
  | {
      readonly kind: 'deferred';
      readonly untilMs: number;
      /** A request of it may still reach the side until then. */
      readonly floatsUntilMs?: number;
    };

export interface WriteExecutorOptions {
  readonly register: Register;
  readonly side: SidePort;
  readonly runs: RunEpochs;
  readonly begun: BegunWrites;
  /** Beyond the deadline of a request: how long the side itself may still work on one that we have cut off. */
  readonly settleMs: number;
}

type Begun =
  | { readonly kind: 'step'; readonly step: Step; readonly sentAt: string; readonly isAnswered: boolean }
  | { readonly kind: 'behind'; readonly untilMs: number };

interface Attempted {
  readonly attempt: 'first' | 'again' | null;
  readonly result: WriteResult;
  readonly row: SideRow | null | undefined;
  readonly madeId: string | null;
  readonly sentAt: string;
}

const ENDED: Executed = { kind: 'ended' };
/** How long the side may have been silent before a create asks first. */
const CREATE_SILENCE_MS_MAX = 250;
/** A lost update is sent again soon: its version condition makes that safe. */
const LOST_AGAIN_MS = 200;

const executed = counter('dualwrite.writes.executed', '{write}', 'Writes that came to an end, by outcome');

/** Carries out one write of one row: mark, send, read if needed, store (rules 7 to 12). One at a time per row. */
export class WriteExecutor {
  constructor(private readonly options: WriteExecutorOptions) {}

  /**
   * @param postponedId id under which this write was set aside, if it was; its place in the order is its own
   * @throws {SideUnavailable} surely without effect so far: come again with the same write
   */
  execute(
    table: ObservedTable,
    write: KeyedWrite,
    traceparent: string,
    postponedId: string | null,
  ): Promise<Executed> {
    const attributes = {
      'dualwrite.side': write.side,
      'dualwrite.table': write.table,
      'dualwrite.map': write.map,
      'dualwrite.kind': write.kind,
    };
    return changeSpan('execute', traceparent, attributes, async (child, span) => {
      const leave = this.options.runs.enter(write);
      let floatsUntilMs: number | undefined;
      try {
        const done = await this.carryOut(table, write, {
          span,
          traceparent: () => span.traceparent || child,
          postponedId,
        });
        if (done.kind === 'deferred') floatsUntilMs = done.floatsUntilMs;
        else this.options.begun.end(write.id);
        return done;
      } finally {
        leave(floatsUntilMs);
      }
    });
  }

  private async carryOut(
    table: ObservedTable,
    write: KeyedWrite,
    context: { span: ChangeSpan; traceparent: () => string; postponedId: string | null },
  ): Promise<Executed> {
    const { side, settleMs } = this.options;
    if (side.isDoubtful(write.kind === 'create' ? CREATE_SILENCE_MS_MAX : null)) {
      // A create that is lost on a side that went away would be in doubt for good: a read asks first whether it is there.
      if (isProvisional(write.nativeId)) await side.environmentId();
      else await this.readRow(table, write.nativeId);
    }
    // As long as that the marking may take; whoever is later must not send.
    const sendBeforeMs = Date.now() + settleMs;
    const deadlineMs = sendBeforeMs + side.requestDeadlineMs + settleMs;
    const begun = await this.begin(table, write, deadlineMs, context.postponedId);
    if (begun.kind === 'behind') return { kind: 'deferred', untilMs: begun.untilMs };
    const { step, sentAt } = begun;
    if (step.do === 'wait-until') return { kind: 'deferred', untilMs: step.atMs };
    if (step.do === 'answer') {
      if (step.outcome === null && begun.isAnswered) return ENDED;
      if (step.outcome === 'in-doubt' && isProvisional(write.nativeId)) {
        return this.reportMade(table, write, context, { answer: null, sentAt });
      }
      return this.report(table, write, context, {
        attempt: null,
        result: resultOf(step),
        row: undefined,
        madeId: null,
        sentAt,
      });
    }
    if (step.lookFirst) {
      const row = await this.readRow(table, write.nativeId);
      const outcome = compareBeforeSending(write, step.attempt, row);
      if (outcome !== null) {
        return this.report(table, write, context, {
          attempt: step.attempt,
          result: { outcome },
          row,
          madeId: null,
          sentAt,
        });
      }
    }
    if (Date.now() > sendBeforeMs) {
      // Sent now, it could have its effect after the deadline that others rely on.
      if (step.attempt === 'first') await this.withdraw(table, write);
      throw new SideUnavailable('a write was not sent in time', LOST_AGAIN_MS);
    }
    const answer = await side.send(table, write);
    if (answer.kind === 'done' && isProvisional(write.nativeId)) {
      return this.reportMade(table, write, context, { answer, sentAt });
    }
    const verdict = classifyAnswer(write, step.attempt, sendAnswerOf(write, answer));
    if (verdict.do === 'report') {
      if (verdict.result.outcome === 'rejected')
        context.span.markError(verdict.result.code ?? 'rejected', verdict.result.text);
      // Class B: between look and write somebody may have written, too; what is told is what a look behind it shows.
      const seen = step.lookFirst ? { ...verdict, row: undefined } : verdict;
      return this.report(table, write, context, { ...seen, attempt: step.attempt, sentAt });
    }
    if (answer.kind === 'lost') {
      log.warn('write.answer_lost', {
        write: write.id,
        table: write.table,
        kind: write.kind,
        text: answer.text,
      });
      const untilMs = write.kind === 'create' ? deadlineMs : Date.now() + LOST_AGAIN_MS;
      return { kind: 'deferred', untilMs, floatsUntilMs: deadlineMs };
    }
    if (verdict.do === 'withdraw') await this.withdraw(table, write);
    throw new SideUnavailable(`${write.side} did not carry out a write`, waitAfterMs(answer), {
      answer: answer.kind,
    });
  }

  /** What is to be done, and the mark of it, as one turn of the row's entry. */
  private begin(
    table: ObservedTable,
    write: KeyedWrite,
    deadlineMs: number,
    postponedId: string | null,
  ): Promise<Begun> {
    const { register, runs, side, begun } = this.options;
    return register.turns.take<Begun>(table.table, {
      nativeId: write.nativeId,
      decide: ({ entry, position, setAside }) => {
        const untilMs = blockedUntilMs(setAside, write, postponedId);
        if (untilMs !== null) return { result: { kind: 'behind', untilMs } };
        const step = nextStep(write, entry, {
          registerEpoch: register.epoch,
          ...(begun.marksFromEpoch === undefined ? {} : { marksFromEpoch: begun.marksFromEpoch }),
          map: runs.stateOf(write.map),
          isConditional: side.isConditional(table),
          nowMs: Date.now(),
          deadlineMs,
        });
        if (step.do === 'send') begun.note(write);
        const result = entry.results[write.id];
        const isAnswered = result !== undefined && result.outcome !== 'started';
        return {
          result: { kind: 'step', step, sentAt: position, isAnswered },
          ...(step.do === 'send' ? { change: { entry: step.entry, records: [] } } : {}),
        };
      },
    });
  }

  private async report(
    table: ObservedTable,
    write: KeyedWrite,
    context: { traceparent: () => string },
    attempted: Omit<Attempted, 'result'> & { result: WriteResult | null },
  ): Promise<Executed> {
    const { register } = this.options;
    let { row, sentAt } = attempted;
    if (row === undefined) {
      sentAt = await register.position();
      row = await this.readRow(table, write.nativeId);
    }
    const { attempt, result, madeId } = attempted;
    await register.observe(table, {
      sentAt,
      via: 'write',
      answers: [
        {
          nativeId: write.nativeId,
          row,
          ...(result === null
            ? {}
            : {
                end: {
                  write,
                  traceparent: context.traceparent(),
                  answered: { write, attempt, result, madeId },
                },
              }),
        },
      ],
    });
    executed.add(1, {
      side: write.side,
      table: write.table,
      map: write.map,
      outcome: result?.outcome ?? 'void',
    });
    return ENDED;
  }

  /** A create whose row the side has named: that row, if it can be told which one it is, with the write's answer. */
  private async reportMade(
    table: ObservedTable,
    write: KeyedWrite,
    context: { traceparent: () => string },
    said: { answer: Extract<SideAnswer, { kind: 'done' }> | null; sentAt: string },
  ): Promise<Executed> {
    const { register, side } = this.options;
    const { answer } = said;
    const attempt = answer === null ? 'again' : 'first';
    // Rule 2: what is looked up is as old as the look, not as the write.
    const sentAt = answer?.row ? said.sentAt : await register.position();
    const made = await findMade(side, table, write, answer);
    if (made === null) {
      const result = { outcome: 'in-doubt' } as const;
      return this.report(table, write, context, { attempt, result, row: null, madeId: null, sentAt });
    }
    const result: WriteResult = { outcome: 'applied' };
    const answered = { write, attempt, result, madeId: null } as const;
    const end = { write, traceparent: context.traceparent(), answered };
    for (const one of madeAnswers(made, end)) {
      await register.observe(table, { sentAt, via: 'write', answers: [one] });
    }
    executed.add(1, { side: write.side, table: write.table, map: write.map, outcome: result.outcome });
    return ENDED;
  }

  private async readRow(table: ObservedTable, nativeId: string): Promise<SideRow | null> {
    const rows = await this.options.side.readRows(table, [nativeId]);
    return rows.get(nativeId) ?? null;
  }

  private withdraw(table: ObservedTable, write: KeyedWrite): Promise<void> {
    return this.options.register.turns.take<void>(table.table, {
      nativeId: write.nativeId,
      decide: ({ entry }) => {
        const withdrawn = withdrawAttempt(entry, write);
        const isChanged = withdrawn !== entry;
        return { result: undefined, ...(isChanged ? { change: { entry: withdrawn, records: [] } } : {}) };
      },
    });
  }
}

function resultOf({ outcome, code }: Extract<Step, { do: 'answer' }>): WriteResult | null {
  return outcome === null ? null : { outcome, ...(code === undefined ? {} : { code }) };
}
