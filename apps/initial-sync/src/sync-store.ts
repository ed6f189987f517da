import { encodeMessage, Names, type Side } from '@dualwrite/events';
import { appendOutbox } from '@dualwrite/persistence';
import type { DataSource, QueryRunner } from 'typeorm';
import type { Advance } from './advance';
import type { BaselineRun } from './baseline-run';
import type { TableRead } from './table-read';

export interface StoredSync {
  readonly runs: readonly BaselineRun[];
  readonly reads: ReadonlyMap<string, TableRead>;
}

/** Runs and reads in Postgres; requests leave by the outbox, in the transaction that stores what they are for. */
export class SyncStore {
  constructor(
    private readonly database: DataSource,
    private readonly names: Names,
  ) {}

  /** The newest run of each map and all active ones, with their reads. */
  load(runner: QueryRunner | DataSource = this.database): Promise<StoredSync> {
    return loadRuns(
      runner,
      `run.state = 'active' OR run.baseline = (SELECT max(other.baseline) FROM run other WHERE other.map = run.map)`,
      [],
    );
  }

  loadRun(id: string): Promise<StoredSync> {
    return loadRuns(this.database, `run.id = $1`, [id]);
  }

  /** One replica decides at a time, whatever the lease says: the lock lasts as long as the transaction. */
  async lock(runner: QueryRunner): Promise<void> {
    await runner.query(
      `SELECT pg_advisory_xact_lock(hashtextextended('initial-sync/advance/' || current_schema(), 0))`,
    );
  }

  async save(
    runner: QueryRunner,
    { runs, reads, requests, chunks }: Advance,
    traceparentOf: () => string,
  ): Promise<void> {
    for (const read of reads) await saveRead(runner, read);
    for (const run of runs) await saveRun(runner, run);
    for (const { read, chunk, rowCount } of chunks) {
      await runner.query(
        `INSERT INTO chunk (read_id, chunk, attempt, row_count, finished_at) VALUES ($1, $2, $3, $4, now())
         ON CONFLICT DO NOTHING`,
        [read.id, chunk, read.attempt, rowCount],
      );
    }
    await appendOutbox(
      runner,
      requests.map((request) => {
        const { value, headers } = encodeMessage('request', request);
        return {
          topic: this.names.requests(request.side),
          key: request.table,
          value,
          headers: { ...headers, traceparent: traceparentOf() },
        };
      }),
    );
  }
}

async function loadRuns(
  runner: QueryRunner | DataSource,
  condition: string,
  parameters: unknown[],
): Promise<StoredSync> {
  const runRows: RunRow[] = await runner.query(
    `SELECT run.*, coalesce(array_agg(run_read.read_id ORDER BY run_read.position)
            FILTER (WHERE run_read.read_id IS NOT NULL), '{}') AS read_ids
     FROM run LEFT JOIN run_read ON run_read.run_id = run.id
     WHERE ${condition} GROUP BY run.id ORDER BY run.created_at, run.map`,
    parameters,
  );
  const readRows: ReadRow[] = await runner.query(
    `SELECT * FROM table_read WHERE id = ANY($1::uuid[]) ORDER BY created_at, id`,
    [[...new Set(runRows.flatMap((row) => row.read_ids))]],
  );
  return { runs: runRows.map(asRun), reads: new Map(readRows.map((row) => [row.id, asRead(row)])) };
}

async function saveRun(runner: QueryRunner, run: BaselineRun): Promise<void> {
  await runner.query(
    `INSERT INTO run (id, map, baseline, state, wanted_at, created_at, finished_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (id) DO UPDATE SET state = excluded.state, finished_at = excluded.finished_at`,
    [
      run.id,
      run.map,
      run.baseline,
      run.state,
      date(run.wantedAtMs),
      date(run.createdAtMs),
      date(run.finishedAtMs),
    ],
  );
  await runner.query(
    `INSERT INTO run_read (run_id, read_id, position)
     SELECT $1, read_id, position FROM unnest($2::uuid[]) WITH ORDINALITY AS wanted(read_id, position)
     ON CONFLICT DO NOTHING`,
    [run.id, run.readIds],
  );
}

async function saveRead(runner: QueryRunner, read: TableRead): Promise<void> {
  await runner.query(
    `INSERT INTO table_read (id, side, table_name, company, column_set, state, cursor, chunk, attempt, failure_count,
       epoch, row_count, request_id, asked_at, not_before, last_error, started_at, finished_at, total_count)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
     ON CONFLICT (id) DO UPDATE SET state = excluded.state, cursor = excluded.cursor, chunk = excluded.chunk,
       attempt = excluded.attempt, failure_count = excluded.failure_count, epoch = excluded.epoch,
       row_count = excluded.row_count, request_id = excluded.request_id, asked_at = excluded.asked_at,
       not_before = excluded.not_before, last_error = excluded.last_error, started_at = excluded.started_at,
       finished_at = excluded.finished_at, total_count = excluded.total_count`,
    [
      read.id,
      read.side,
      read.table,
      read.company,
      read.columnSet,
      read.state,
      read.cursor,
      read.chunk,
      read.attempt,
      read.failureCount,
      read.epoch,
      read.rowCount,
      read.requestId,
      date(read.askedAtMs),
      date(read.notBeforeMs),
      read.lastError,
      date(read.startedAtMs),
      date(read.finishedAtMs),
      read.totalCount,
    ],
  );
}

interface RunRow {
  readonly id: string;
  readonly map: string;
  readonly baseline: number;
  readonly state: BaselineRun['state'];
  readonly wanted_at: Date;
  readonly created_at: Date;
  readonly finished_at: Date | null;
  readonly read_ids: readonly string[];
}

interface ReadRow {
  readonly id: string;
  readonly side: Side;
  readonly table_name: string;
  readonly company: string;
  readonly column_set: string;
  readonly state: TableRead['state'];
  readonly cursor: string | null;
  readonly chunk: number;
  readonly attempt: number;
  readonly failure_count: number;
  readonly epoch: number | null;
  readonly row_count: string;
  readonly total_count: string | null;
  readonly request_id: string | null;
  readonly asked_at: Date | null;
  readonly not_before: Date;
  readonly last_error: string | null;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
}

function asRun(row: RunRow): BaselineRun {
  return {
    id: row.id,
    map: row.map,
    baseline: row.baseline,
    state: row.state,
    wantedAtMs: row.wanted_at.getTime(),
    readIds: row.read_ids,
    createdAtMs: row.created_at.getTime(),
    finishedAtMs: row.finished_at?.getTime() ?? null,
  };
}

function asRead(row: ReadRow): TableRead {
  return {
    id: row.id,
    side: row.side,
    table: row.table_name,
    company: row.company,
    columnSet: row.column_set,
    state: row.state,
    cursor: row.cursor,
    chunk: row.chunk,
    attempt: row.attempt,
    failureCount: row.failure_count,
    epoch: row.epoch,
    rowCount: Number(row.row_count),
    totalCount: row.total_count === null ? null : Number(row.total_count),
    requestId: row.request_id,
    askedAtMs: row.asked_at?.getTime() ?? null,
    notBeforeMs: row.not_before.getTime(),
    lastError: row.last_error,
    startedAtMs: row.started_at?.getTime() ?? null,
    finishedAtMs: row.finished_at?.getTime() ?? null,
  };
}

function date(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}
