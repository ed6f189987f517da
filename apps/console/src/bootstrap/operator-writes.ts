import { randomUUID } from 'node:crypto';
import {
  encodeMessage,
  OPERATOR_WRITE_COUNT_MAX,
  type Names,
  type OperatorWrite,
  type RefusedRow,
  type WriteRowsRequest,
} from '@dualwrite/events';
import { appendOutbox, inTransaction } from '@dualwrite/persistence';
import { startChange, TRACEPARENT_HEADER } from '@dualwrite/telemetry';
import type { DataSource } from 'typeorm';
import { problem } from '../problems';
import type { RequestAnswers } from './request-answers';

/** A portion of rows under a side's real limits; what is not done by then goes on. */
const ANSWER_DEADLINE_MS = 100_000;

/** Writes to Dataverse that an operator asks for: durable requests to its connector, like every other. */
export class OperatorWrites {
  constructor(
    private readonly database: DataSource,
    private readonly names: Names,
    private readonly answers: RequestAnswers,
  ) {}

  /** @returns the rows that were refused; all others are as they were wanted */
  async write(
    table: string,
    rows: readonly OperatorWrite[],
    reason: string,
  ): Promise<ReadonlyMap<string, RefusedRow>> {
    const runId = randomUUID();
    const requests: WriteRowsRequest[] = [];
    for (let from = 0; from < rows.length; from += OPERATOR_WRITE_COUNT_MAX) {
      const portion = rows.slice(from, from + OPERATOR_WRITE_COUNT_MAX);
      const id = `operator/${runId}/${requests.length}`;
      requests.push({ kind: 'write-rows', id, side: 'dataverse', table, runId, reason, rows: portion });
    }
    const answered = this.answers.all(
      requests.map(({ id }) => id),
      ANSWER_DEADLINE_MS,
    );
    await inTransaction(this.database, (runner) =>
      appendOutbox(
        runner,
        requests.map((request) => this.record(request)),
      ),
    );
    const answers = await answered;
    if (answers === null) throw silent(table);
    const failed = answers.find(({ outcome }) => outcome === 'failed');
    if (failed !== undefined)
      throw problem(409, failed.code ?? 'write-refused', `Rows of ${table} cannot be written`, {
        detail: failed.text ?? 'The dataverse-connector refused the request.',
      });
    return new Map(answers.flatMap(({ refused = [] }) => refused.map((row) => [row.nativeId, row])));
  }

  private record(request: WriteRowsRequest): Parameters<typeof appendOutbox>[1][number] {
    const { value, headers } = encodeMessage('request', request);
    return {
      topic: this.names.requests(request.side),
      key: request.table,
      value,
      headers: { ...headers, [TRACEPARENT_HEADER]: startChange() },
    };
  }
}

function silent(table: string): Error {
  return problem(
    503,
    'connector-silent',
    `The dataverse-connector has not written rows of ${table} in time`,
    {
      detail:
        'What was asked of it goes on when it can; the same command goes on from there, and writes no row twice.',
    },
  );
}
