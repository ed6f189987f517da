import type { Cells, Side } from '@dualwrite/events';
import { changeSpan, counter } from '@dualwrite/telemetry';
import { isAway, type CallServiceParts, type SaveKind } from '../calls/call-service';
import { firstQuestion, giveUpAtMs, STOP_TIMEOUT_MS, untilOutcome } from '../calls/call-times';
import { stopWrite, type WriteOfCall } from '../calls/stop-write';
import type { MapperClient } from '../mapper-client';
import { documentAnswerOf, type DocumentAnswer, type StoredDocument } from './document-answer';

export interface DocumentOrder {
  readonly id: string;
  readonly from: Side;
  readonly parts: readonly {
    readonly map: string;
    readonly kind: SaveKind;
    readonly row: string;
    readonly cells: Cells;
    readonly saw: Cells;
  }[];
  /** The caller has its answer within so long. */
  readonly deadlineMs: number;
  /** The caller saves the document itself, so long after its answer at most; null: it does not. */
  readonly savedWithinMs: number | null;
  readonly traceparent: string;
}

export interface DocumentServiceParts extends Pick<CallServiceParts, 'connectors'> {
  readonly mapper: Pick<MapperClient, 'over'>;
}

const answered = counter(
  'dualwrite.documents.answered',
  '{document}',
  'Documents that were answered, by outcome',
);

/** Has edits of several rows carried out together while their caller waits, or has all of them stopped (see CallService). */
export class DocumentService {
  constructor(private readonly parts: DocumentServiceParts) {}

  call(order: DocumentOrder): Promise<DocumentAnswer> {
    return changeSpan(
      'call',
      order.traceparent,
      { 'dualwrite.side': order.from },
      async (traceparent, span) => {
        const answer = await this.carryOut({ ...order, traceparent });
        span.set({ 'dualwrite.outcome': answer.outcome });
        if (answer.outcome === 'rejected' || answer.outcome === 'in-doubt')
          span.markError(answer.code ?? answer.outcome);
        answered.add(1, { outcome: answer.outcome });
        return answer;
      },
    );
  }

  async find(id: string): Promise<DocumentAnswer> {
    return documentAnswerOf((await this.ask(id)).document);
  }

  private async carryOut(order: DocumentOrder): Promise<DocumentAnswer> {
    const { deadlineMs, savedWithinMs, from: side, ...asked } = order;
    const giveUpMs = giveUpAtMs(deadlineMs);
    let last = openDocument(order);
    try {
      const { timeoutMs, waitMs } = firstQuestion(giveUpMs);
      const body = {
        ...asked,
        side,
        savedWithinMs: savedWithinMs === null ? null : savedWithinMs + deadlineMs,
        waitMs,
      };
      const { document } = await this.over('documents', { method: 'POST', body, timeoutMs });
      last = await untilOutcome(document, giveUpMs, async (ms) => (await this.ask(order.id, ms)).document);
    } catch (error) {
      // It may have arrived all the same: it is given up like any other, by its id.
      if (!isAway(error)) throw error;
    }
    return last.outcome === null ? this.giveUp(last) : documentAnswerOf(last);
  }

  /** Claim or abandon, each decided by one row of one database: see CallService. Where nobody answers, nobody knows. */
  private async giveUp(before: StoredDocument): Promise<DocumentAnswer> {
    try {
      const { document, write } = await this.parts.mapper.over<{
        document: StoredDocument;
        write: WriteOfCall | null;
      }>(`documents/${before.id}/give-up`, { method: 'POST', timeoutMs: STOP_TIMEOUT_MS });
      const known =
        document.parts.length === 0 ? { ...document, side: before.side, parts: before.parts } : document;
      if (document.outcome !== null || write === null) return documentAnswerOf(known);
      const stopped = await stopWrite(this.parts.connectors, write);
      if (stopped === 'ended') return documentAnswerOf((await this.ask(before.id, 200)).document);
      return documentAnswerOf(known, { stopped: stopped === 'abandoned' });
    } catch (error) {
      if (!isAway(error)) throw error;
      return documentAnswerOf(before);
    }
  }

  private ask(id: string, waitMs = 0): Promise<{ document: StoredDocument }> {
    return this.over(`documents/${encodeURIComponent(id)}?waitMs=${waitMs}`);
  }

  private over(path: string, request = {}): Promise<{ document: StoredDocument }> {
    return this.parts.mapper.over<{ document: StoredDocument }>(path, request);
  }
}

/** As long as nobody knows more of it. */
function openDocument({ id, from, parts }: DocumentOrder): StoredDocument {
  const named = parts.map(({ map, kind, row }) => ({ map, kind, row, shown: null }));
  return { id, side: from, outcome: null, by: null, part: null, code: null, text: null, parts: named };
}
