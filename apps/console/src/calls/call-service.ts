import { HttpException, HttpStatus } from '@nestjs/common';
import type { Cells, Side } from '@dualwrite/events';
import type { InternalClient } from '@dualwrite/service';
import { changeSpan, counter } from '@dualwrite/telemetry';
import type { MapperClient } from '../mapper-client';
import { answerOf, type CallAnswer, type StoredCall } from './call-answer';
import { firstQuestion, giveUpAtMs, STOP_TIMEOUT_MS, untilOutcome } from './call-times';
import { stopWrite, type WriteOfCall } from './stop-write';

export type SaveKind = 'update' | 'create' | 'delete';

export interface CallOrder {
  readonly map: string;
  /** What the caller is about to do with the row; left out: an update. */
  readonly kind?: SaveKind;
  readonly id: string;
  readonly side: Side;
  readonly row: string;
  readonly cells: Cells;
  /** What the caller saw of his row's columns, as far as he says. */
  readonly saw: Cells;
  /** The caller has its answer within so long. */
  readonly deadlineMs: number;
  readonly onlyMapped: boolean;
  /** The caller saves the edit itself, so long after its answer at most; null: it does not. */
  readonly savedWithinMs: number | null;
  readonly traceparent: string;
}

export interface CallServiceParts {
  readonly mapper: Pick<MapperClient, 'ask'>;
  readonly connectors: Readonly<Record<Side, InternalClient>>;
}

const answered = counter('dualwrite.calls.answered', '{call}', 'Calls that were answered, by outcome');

/** Has an edit carried out on the other side while its caller waits, or has it stopped before it is sent. */
export class CallService {
  constructor(private readonly parts: CallServiceParts) {}

  /** @returns null: nothing of the edit goes to the other side */
  call(order: CallOrder): Promise<CallAnswer | null> {
    const attributes = { 'dualwrite.map': order.map, 'dualwrite.side': order.side };
    return changeSpan('call', order.traceparent, attributes, async (traceparent, span) => {
      const answer = await this.carryOut({ ...order, traceparent });
      if (answer) span.set({ 'dualwrite.outcome': answer.outcome });
      if (answer?.outcome === 'rejected' || answer?.outcome === 'in-doubt')
        span.markError(answer.code ?? answer.outcome);
      return answer;
    });
  }

  private async carryOut(order: CallOrder): Promise<CallAnswer | null> {
    const { map, deadlineMs, savedWithinMs, ...asked } = order;
    const giveUpMs = giveUpAtMs(deadlineMs);
    let last = openCall(order);
    try {
      const { timeoutMs, waitMs } = firstQuestion(giveUpMs);
      const body = {
        ...asked,
        savedWithinMs: savedWithinMs === null ? null : savedWithinMs + deadlineMs,
        waitMs,
      };
      const { call } = await this.parts.mapper.ask<{ call: StoredCall | null }>(map, 'calls', {
        method: 'POST',
        body,
        timeoutMs,
      });
      if (call === null) return null;
      last = await untilOutcome(call, giveUpMs, async (ms) => (await this.ask(map, call.id, ms)).call);
    } catch (error) {
      // It may have arrived all the same: it is given up like any other, by its id.
      if (!isAway(error)) throw error;
    }
    const answer = last.outcome === null ? await this.giveUp(map, last) : answerOf(map, last);
    answered.add(1, { map, outcome: answer.outcome });
    return answer;
  }

  async find(map: string, id: string): Promise<CallAnswer> {
    const { call } = await this.ask(map, id);
    return answerOf(map, call);
  }

  private ask(map: string, id: string, waitMs = 0): Promise<{ call: StoredCall }> {
    return this.parts.mapper.ask(map, `calls/${encodeURIComponent(id)}?waitMs=${waitMs}`);
  }

  /**
   * Claim or abandon, each decided by one row of one database: not planned yet, the mapper stops it; planned, the
   * connector does, unless it has marked the attempt already. Where nobody answers, nobody knows.
   */
  private async giveUp(map: string, before: StoredCall): Promise<CallAnswer> {
    try {
      return await this.stopped(map, before);
    } catch (error) {
      if (!isAway(error)) throw error;
      return answerOf(map, before);
    }
  }

  private async stopped(map: string, before: StoredCall): Promise<CallAnswer> {
    const path = `calls/${encodeURIComponent(before.id)}`;
    const { call, write } = await this.parts.mapper.ask<{ call: StoredCall; write: WriteOfCall | null }>(
      map,
      `${path}/give-up`,
      { method: 'POST', timeoutMs: STOP_TIMEOUT_MS },
    );
    const { side, row } = before;
    if (call.outcome !== null || write === null) return { ...answerOf(map, call), side, row };
    const stopped = await stopWrite(this.parts.connectors, write);
    return answerOf(map, stopped === 'ended' ? (await this.ask(map, before.id, 200)).call : call, {
      stopped: stopped === 'abandoned',
    });
  }
}

/** As long as nobody knows more of it. */
function openCall({ id, side, row }: CallOrder): StoredCall {
  const open = { outcome: null, by: null, code: null, text: null, shown: null, endedAt: null };
  return { id, side, row, createdAt: new Date().toISOString(), ...open };
}

export function isAway(error: unknown): boolean {
  return error instanceof HttpException && error.getStatus() === Number(HttpStatus.SERVICE_UNAVAILABLE);
}
