import type { DocumentWrite, Names, WriteResult } from '@dualwrite/events';
import { changeSpan, counter, log, SideUnavailable, type ChangeSpan } from '@dualwrite/telemetry';
import { withdrawAttempt } from '../core/attempts';
import {
  documentStep,
  refusePart,
  saidOf,
  settleDocument,
  type DocumentStep,
  type Refusal,
} from '../core/document';
import { nextStep } from '../core/executor';
import type { RegisterEntry } from '../core/register-entry';
import { observationRecord, writeEndRecord } from '../register/observation-records';
import type { EntryRead } from '../register/register-record';
import type { ObservedTable, PartToSend } from '../side-port';
import { DocumentRows } from './document-rows';
import { refusalOf } from './document-refusal';
import { waitAfterMs } from './send-answer';
import type { KeyedWrite, WriteExecutorOptions } from './write-executor';

export interface DocumentExecutorOptions extends WriteExecutorOptions {
  readonly names: Names;
  readonly service: string;
  readonly findTable: (table: string) => ObservedTable | undefined;
}

interface Context {
  readonly span: ChangeSpan;
  readonly traceparent: () => string;
  /** Set as long as a request may have its effect and nobody knows whether it had. */
  floatsUntilMs: number | undefined;
}

interface Begun {
  readonly step: DocumentStep;
  /** Rule 2: what is sent now is newer. */
  readonly sentAt: string;
  /** Until then a request of an earlier attempt may have its effect. */
  readonly floatsUntilMs: number;
  /** By part, the outcome that is stored; undefined: none. */
  readonly answered: readonly (string | undefined)[];
}

/** How long the side may have been silent before a document that makes rows asks first. */
const CREATE_SILENCE_MS_MAX = 250;

const executed = counter('dualwrite.documents.executed', '{document}', 'Documents that came to an end');

/**
 * Carries out the writes of several rows together. The rules are those of single writes: marked before it is sent (all
 * marks in one transaction), taken back where it surely had no effect, looked at where nobody knows, and answered row by
 * row. The caller holds the lanes of all rows. A document never waits for anything: what cannot be begun at once is
 * refused, and whose answer is lost is looked at when the mapper sends it again (rule 22).
 */
export class DocumentExecutor {
  private readonly rows: DocumentRows;

  constructor(private readonly options: DocumentExecutorOptions) {
    this.rows = new DocumentRows(options);
  }

  /** @throws {SideUnavailable} surely without effect so far: come again with the same document */
  execute(document: DocumentWrite, traceparent: string): Promise<void> {
    const { runs, begun } = this.options;
    const attributes = { 'dualwrite.side': document.side, 'dualwrite.kind': 'document' };
    return changeSpan('execute', traceparent, attributes, async (child, span) => {
      const leaves = document.parts.map((write) => runs.enter(write));
      const context: Context = {
        span,
        traceparent: () => span.traceparent || child,
        floatsUntilMs: undefined,
      };
      try {
        await this.carryOut(document, context);
        if (context.floatsUntilMs === undefined) for (const { id } of document.parts) begun.end(id);
      } finally {
        for (const leave of leaves) leave(context.floatsUntilMs);
      }
    });
  }

  private async carryOut(document: DocumentWrite, context: Context): Promise<void> {
    const { side, settleMs } = this.options;
    const parts = this.partsOf(document);
    const isMaking = document.parts.some(({ kind }) => kind === 'create');
    // What is lost on a side that went away stays in doubt for long: a read asks first whether it is there.
    if (side.isDoubtful(isMaking ? CREATE_SILENCE_MS_MAX : null)) await side.environmentId();
    const sendBeforeMs = Date.now() + settleMs;
    const deadlineMs = sendBeforeMs + side.requestDeadlineMs + settleMs;
    const begun = await this.begin(document, parts, deadlineMs, context.traceparent());
    const { step } = begun;
    switch (step.do) {
      case 'nothing':
        return;
      case 'refuse':
        context.span.markError(step.refusal.code, step.refusal.text);
        executed.add(1, { side: document.side, outcome: 'refused' });
        return;
      case 'look':
        return this.settle(document, parts, begun, context);
    }
    if (Date.now() > sendBeforeMs) {
      await this.withdraw(parts);
      throw new SideUnavailable('a document was not sent in time', 0);
    }
    const answer = await side.sendTogether(parts);
    switch (answer.kind) {
      case 'done': {
        const rows = answer.rows.map((row, index) => {
          // A row under another key than the one that was written says nothing about the one that was.
          if (row === undefined || (row !== null && row.nativeId !== parts[index]?.write.nativeId))
            return undefined;
          return row === null ? null : row.row;
        });
        await this.rows.report(
          parts,
          { ...begun, attempt: 'first', outcome: 'applied', rows },
          context.traceparent(),
        );
        executed.add(1, { side: document.side, outcome: 'applied' });
        return;
      }
      case 'lost': {
        log.warn('document.answer_lost', { document: document.id, text: answer.text });
        return this.settle(document, parts, { ...begun, floatsUntilMs: deadlineMs }, context);
      }
      case 'throttled':
      case 'unavailable':
      case 'refused-caller':
        await this.withdraw(parts);
        throw new SideUnavailable(`${document.side} did not carry out a document`, waitAfterMs(answer), {
          answer: answer.kind,
        });
      default: {
        const rows = await this.rows.look(parts);
        const refusal = refusalOf(parts, rows, answer);
        context.span.markError(refusal.code, refusal.text);
        await this.refuse(document, refusal, context.traceparent());
        executed.add(1, { side: document.side, outcome: 'refused' });
        return;
      }
    }
  }

  /** Without a table we cannot read its rows; such a document is refused before anything is marked. */
  private partsOf({ parts }: DocumentWrite): PartToSend[] {
    return parts.flatMap((write) => {
      const table = this.options.findTable(write.table);
      return table === undefined ? [] : [{ table, write }];
    });
  }

  private async begin(
    document: DocumentWrite,
    parts: readonly PartToSend[],
    deadlineMs: number,
    traceparent: string,
  ): Promise<Begun> {
    const { register, begun } = this.options;
    const unknown = document.parts.findIndex(({ table }) => this.options.findTable(table) === undefined);
    return register.turns.takeTogether<Begun>(document.parts, (reads) => {
      const step = unknown >= 0 ? refuseTable(document, unknown) : this.stepOf(parts, reads, deadlineMs);
      const entries = reads.map(({ entry }) => entry);
      const result: Begun = {
        step,
        sentAt: reads[0]?.position ?? '0',
        floatsUntilMs: Math.max(
          0,
          ...document.parts.map(({ id }, index) => entries[index]?.attempts[id]?.deadlineMs ?? 0),
        ),
        answered: document.parts.map(({ id }, index) => entries[index]?.results[id]?.outcome),
      };
      switch (step.do) {
        case 'send':
          for (const write of document.parts) begun.note(write);
          return { result, changes: step.entries.map((entry) => ({ entry, records: [] })) };
        case 'refuse':
          return { result, changes: this.refusals(document, reads, step.refusal, traceparent) };
        default:
          return { result, changes: [] };
      }
    });
  }

  private stepOf(
    parts: readonly PartToSend[],
    reads: readonly EntryRead[],
    deadlineMs: number,
  ): DocumentStep {
    const { register, runs, begun, side } = this.options;
    const nowMs = Date.now();
    return documentStep(
      parts.flatMap(({ table, write }, index) => {
        const read = reads[index];
        if (read === undefined) return [];
        const isConditional = side.isConditional(table);
        const step = nextStep(write, read.entry, {
          registerEpoch: register.epoch,
          ...(begun.marksFromEpoch === undefined ? {} : { marksFromEpoch: begun.marksFromEpoch }),
          map: runs.stateOf(write.map),
          isConditional,
          nowMs,
          deadlineMs,
        });
        return [{ write, entry: read.entry, step, isConditional }];
      }),
    );
  }

  /** After a lost answer, or a crash: as soon as the rows tell, or no request can have its effect any more. */
  private async settle(
    document: DocumentWrite,
    parts: readonly PartToSend[],
    { answered, floatsUntilMs }: Begun,
    context: Context,
  ): Promise<void> {
    const traceparent = context.traceparent();
    context.floatsUntilMs = floatsUntilMs;
    const isOver = Date.now() > floatsUntilMs;
    const sentAt = await this.options.register.position();
    const rows = await this.rows.read(parts);
    const happened = settleDocument(
      parts.map(({ write }, index) => ({ write, row: rows[index] ?? null, answered: answered[index] })),
    );
    if (happened !== 'applied' && !isOver) return;
    context.floatsUntilMs = undefined;
    executed.add(1, { side: document.side, outcome: happened });
    if (happened === 'not-applied') {
      const text = 'its answer was lost, and its rows show that it was not carried out';
      await this.rows.look(parts);
      await this.refuse(document, { code: 'not-carried-out', text, part: null }, traceparent);
      return;
    }
    const outcome = happened === 'applied' ? 'applied' : 'in-doubt';
    await this.rows.report(parts, { sentAt, answered, attempt: 'again', outcome, rows }, traceparent);
  }

  private async refuse(document: DocumentWrite, refusal: Refusal, traceparent: string): Promise<void> {
    await this.options.register.turns.takeTogether<void>(document.parts, (reads) => ({
      result: undefined,
      changes: this.refusals(document, reads, refusal, traceparent),
    }));
  }

  /** Parts that have an answer, or are void, keep it. */
  private refusals(
    document: DocumentWrite,
    reads: readonly EntryRead[],
    refusal: Refusal,
    traceparent: string,
  ): ({ entry: RegisterEntry; records: ReturnType<typeof observationRecord>[] } | undefined)[] {
    const { names, register, service } = this.options;
    const observedAt = new Date().toISOString();
    return document.parts.map((write, index) => {
      const read = reads[index];
      if (read === undefined) return undefined;
      const known = read.entry.results[write.id];
      if (known !== undefined && known.outcome !== 'started') return undefined;
      const entry = refusePart(write, read.entry, saidOf(refusal, index), {
        epoch: register.epoch,
        n: read.nextN,
      });
      const result = entry.results[write.id] as WriteResult;
      const end = { write, traceparent, answered: { write, attempt: 'first' as const, result } };
      const told = writeEndRecord(names, end, { service, at: observedAt, row: entry.row });
      const observation = observationRecord(names, entry, { via: 'write', observedAt, traceparent });
      return { entry, records: told === null ? [observation] : [observation, told] };
    });
  }

  /** Surely without effect: as if none of it had been begun. */
  private async withdraw(parts: readonly PartToSend[]): Promise<void> {
    await this.options.register.turns.takeTogether<void>(
      parts.map(({ write }) => write),
      (reads) => ({
        result: undefined,
        changes: reads.map(({ entry }, index) => {
          const withdrawn = withdrawAttempt(entry, parts[index]?.write as KeyedWrite);
          return withdrawn === entry ? undefined : { entry: withdrawn, records: [] };
        }),
      }),
    );
  }
}

function refuseTable({ parts, side }: DocumentWrite, part: number): DocumentStep {
  const text = `${side} ${parts[part]?.table ?? ''} is not served where ${parts[0]?.table ?? ''} is`;
  return { do: 'refuse', refusal: { code: 'unknown-table', text, part } };
}
