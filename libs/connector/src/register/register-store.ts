import type { ObservedRow, Side, WriteResult } from '@dualwrite/events';
import type { DataSource, QueryRunner } from 'typeorm';
import { emptyEntry, type Attempt, type RegisterEntry } from '../core/register-entry';
import { sql } from '../sql';

/** Cells are `json`, not `jsonb`: a value with half a character must not stop its page, and nobody searches in it. */
interface RegisterRecord {
  native_id: string;
  epoch: number;
  n: string;
  presence: RegisterEntry['presence'];
  row: ObservedRow | null;
  gone: string[];
  origins: Record<string, string>;
  results: Record<string, WriteResult>;
  last: Record<string, number>;
  attempts: Record<string, Attempt>;
  column_set: string;
}

export interface KnownVersion {
  readonly version: string | null;
  readonly presence: RegisterEntry['presence'];
  readonly columnSet: string;
}

const COLUMNS =
  'native_id, epoch, n::text as n, presence, row, gone, origins, results, last, attempts, column_set';

/** The register's table: one record per row of a side (rule 1). Batches go by unnest, a page in a handful of statements. */
export class RegisterStore {
  constructor(
    readonly dataSource: DataSource,
    private readonly side: Side,
  ) {}

  /**
   * Rule 2: to be noted before a request is sent. Drawn numbers count at once, so this needs no transaction; who is in
   * one hands it over, lest two connections are held at a time.
   */
  async position(runner?: QueryRunner): Promise<string> {
    const text = 'select last_value::text as n from observation_number';
    const [found] = await sql<{ n: string }>(runner ?? this.dataSource, text);
    return found?.n ?? '0';
  }

  async versions(table: string, nativeIds: readonly string[]): Promise<Map<string, KnownVersion>> {
    const found = await sql<{
      native_id: string;
      version: string | null;
      presence: RegisterEntry['presence'];
      column_set: string;
    }>(
      this.dataSource,
      'select native_id, version, presence, column_set from register where table_name = $1 and native_id = any($2::text[])',
      [table, nativeIds],
    );
    return new Map(
      found.map((r) => [r.native_id, { version: r.version, presence: r.presence, columnSet: r.column_set }]),
    );
  }

  async find(table: string, nativeId: string): Promise<RegisterEntry | undefined> {
    const [found] = await sql<RegisterRecord>(
      this.dataSource,
      `select ${COLUMNS} from register where table_name = $1 and native_id = $2`,
      [table, nativeId],
    );
    return found && this.entryOf(table, found);
  }

  /** Rows that are there as far as we know and were last stored at or before `position`; in pages by native id. */
  async presentBehind(table: string, after: string, position: string, limit: number): Promise<string[]> {
    const found = await sql<{ native_id: string }>(
      this.dataSource,
      `select native_id from register where table_name = $1 and native_id > $2 and presence <> 'absent' and n <= $3::bigint
       order by native_id limit $4`,
      [table, after, position, limit],
    );
    return found.map((r) => r.native_id);
  }

  /**
   * The entries of these rows, locked in the order of their ids until the transaction ends; those that are not there
   * are made. All are inserted before any is locked, so two transactions cannot wait for each other.
   */
  async lock(
    runner: QueryRunner,
    table: string,
    nativeIds: readonly string[],
    epoch: number,
  ): Promise<Map<string, RegisterEntry>> {
    // A single row waits for no other one, so the insert can be left for when it is needed.
    const known = nativeIds.length === 1 ? await this.lockKnown(runner, table, nativeIds) : [];
    if (known.length > 0) return this.byId(table, known);
    await sql(
      runner,
      `insert into register (table_name, native_id, epoch)
       select $1, id, $2 from unnest($3::text[]) as id
       where not exists (select from register r where r.table_name = $1 and r.native_id = id)
       order by id on conflict do nothing`,
      [table, epoch, nativeIds],
    );
    return this.byId(table, await this.lockKnown(runner, table, nativeIds));
  }

  private lockKnown(
    runner: QueryRunner,
    table: string,
    nativeIds: readonly string[],
  ): Promise<RegisterRecord[]> {
    return sql<RegisterRecord>(
      runner,
      `select ${COLUMNS} from register where table_name = $1 and native_id = any($2::text[]) order by native_id for update`,
      [table, nativeIds],
    );
  }

  private byId(table: string, found: readonly RegisterRecord[]): Map<string, RegisterEntry> {
    return new Map(found.map((r) => [r.native_id, this.entryOf(table, r)]));
  }

  /** Under the lock only: per row the numbers then only grow. */
  async drawNumbers(runner: QueryRunner, count: number): Promise<string[]> {
    const drawn = await sql<{ n: string }>(
      runner,
      `select nextval('observation_number')::text as n from generate_series(1, $1)`,
      [count],
    );
    return drawn.map((r) => r.n);
  }

  async save(runner: QueryRunner, table: string, entries: readonly RegisterEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const json = (pick: (entry: RegisterEntry) => unknown): (string | null)[] =>
      entries.map((entry) => JSON.stringify(pick(entry)));
    await sql(
      runner,
      `update register r set epoch = u.epoch, n = u.n, presence = u.presence, version = u.version, row = u.row::json,
         gone = u.gone::json, origins = u.origins::json, results = u.results::json, last = u.last::json,
         attempts = u.attempts::json, column_set = u.column_set
       from unnest($2::text[], $3::int[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
         $10::text[], $11::text[], $12::text[], $13::text[])
         as u(native_id, epoch, n, presence, version, row, gone, origins, results, last, attempts, column_set)
       where r.table_name = $1 and r.native_id = u.native_id`,
      [
        table,
        entries.map((entry) => entry.nativeId),
        entries.map((entry) => entry.revision.epoch),
        entries.map((entry) => entry.revision.n),
        entries.map((entry) => entry.presence),
        entries.map((entry) => entry.row?.version ?? null),
        json((entry) => entry.row),
        json((entry) => entry.gone),
        json((entry) => entry.origins),
        json((entry) => entry.results),
        json((entry) => entry.last),
        json((entry) => entry.attempts),
        entries.map((entry) => entry.columnSet),
      ],
    );
  }

  private entryOf(table: string, found: RegisterRecord): RegisterEntry {
    return {
      ...emptyEntry({ side: this.side, table, nativeId: found.native_id, epoch: found.epoch }),
      revision: { epoch: found.epoch, n: found.n },
      presence: found.presence,
      row: found.row,
      gone: found.gone,
      origins: found.origins,
      results: found.results,
      last: found.last,
      attempts: found.attempts,
      columnSet: found.column_set,
    };
  }
}
