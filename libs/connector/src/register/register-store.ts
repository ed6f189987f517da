import type { Side } from '@dualwrite/events';
import { announceAppended, kept, outboxInsert, unnest } from '@dualwrite/persistence';
import type { DataSource, QueryRunner } from 'typeorm';
import { emptyEntry, type RegisterEntry } from '../core/register-entry';
import { sql } from '../sql';
import {
  CHANGED_COLUMNS,
  entryOf,
  RECORD_COLUMNS,
  type ChangedEntry,
  type EntryRead,
  type RegisterRecord,
} from './register-record';

interface ReadRecord extends RegisterRecord {
  id: string;
  next_n: string;
  position: string;
  changes: string | null;
  set_aside: [id: string, writeId: string, dueMs: number][] | null;
}

export interface KnownVersion {
  readonly version: string | null;
  readonly presence: RegisterEntry['presence'];
  readonly columnSet: string;
}

/** A plan for a few rows serves so many; beyond, one of their own is worth its price. */
const KEPT_PLAN_ROW_COUNT_MAX = 40;

const STORED = 'epoch, n, presence, version, row, gone, origins, results, last, attempts, column_set';
const CHANGED =
  'u.epoch, u.drawn, u.presence, u.version, u.row, u.gone, u.origins, u.results, u.last, u.attempts, u.column_set';

/** The register's table: one record per row of a side (rule 1). Batches go by unnest, a page in a handful of statements. */
export class RegisterStore {
  private highestN = 0n;

  /** @param changes a pool that keeps plans, for what changes a few rows */
  constructor(
    readonly dataSource: DataSource,
    private readonly side: Side,
    private readonly changes: DataSource = dataSource,
  ) {}

  /** For reading and storing so many entries at once. */
  poolFor(count: number): DataSource {
    return count <= KEPT_PLAN_ROW_COUNT_MAX ? this.changes : this.dataSource;
  }

  /**
   * A position without a question: not later than the true one, so it may be noted before a request. Where another
   * replica has stored the row since, its answer is of unknown order and asked for again.
   */
  async knownPosition(): Promise<string> {
    return this.highestN > 0n ? String(this.highestN) : this.position();
  }

  /**
   * Rule 2: to be noted before a request is sent. Drawn numbers count at once, so this needs no transaction; who is in
   * one hands it over, lest two connections are held at a time.
   */
  async position(runner?: QueryRunner): Promise<string> {
    const text = 'select last_value::text as n from observation_number';
    const [found] = await sql<{ n: string }>(runner ?? this.dataSource, text);
    this.note(found?.n ?? '0');
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
      `select ${RECORD_COLUMNS} from register where table_name = $1 and native_id = $2`,
      [table, nativeId],
    );
    return found && entryOf(this.side, table, found);
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
   * The entries of these rows as they are now, each with a number of its own drawn for what is stored next. Nothing is
   * locked: what is decided from an entry is stored only if the entry has not changed since (see {@link save}).
   */
  async read(
    executor: DataSource | QueryRunner,
    table: string,
    nativeIds: readonly string[],
    epoch: number,
  ): Promise<Map<string, EntryRead>> {
    // What is set aside is put in order here: an order by id would have Postgres go through all of it by id.
    // By the key, row by row (`limit`): for hundreds of ids Postgres would else rather read the whole register each time.
    const found = await sql<ReadRecord>(
      executor,
      kept(`select i.id, nextval('observation_number')::text as next_n,
         (select last_value from observation_number)::text as position, r.changes::text as changes,
         ${RECORD_COLUMNS},
         (select json_agg(json_build_array(d.id::text, d.write_id, extract(epoch from d.due_at) * 1000))
          from deferred_write d where d.table_name = $1 and d.native_id = i.id) as set_aside
       from unnest($2::text[]) as i (id) left join lateral (
         select * from register where table_name = $1 and native_id = i.id limit 1) r on true`),
      [table, nativeIds],
    );
    for (const { next_n } of found) this.note(next_n);
    return new Map(found.map((record) => [record.id, this.readOf(table, record, epoch)]));
  }

  /**
   * Stores entries and what is said of them in one statement. An entry that has changed since it was read is left, with
   * its records. Locks are taken in the order of ids, and the outbox draws its ids under them.
   *
   * @returns native ids of the entries that were stored
   */
  async save(
    executor: DataSource | QueryRunner,
    table: string,
    changed: readonly ChangedEntry[],
  ): Promise<ReadonlySet<string>> {
    if (changed.length === 0) return new Set();
    const entries = unnest(changed, CHANGED_COLUMNS, { alias: 'u', firstParameter: 2 });
    const said = changed.flatMap(({ entry, records }) =>
      records.map((record) => ({ owner: entry.nativeId, record })),
    );
    const outbox = outboxInsert(said, 2 + entries.parameters.length);
    // `any(array())`: an array of ids leads to the key, whereas a join may lead through the whole register.
    const stored = await sql<{ native_id: string }>(
      executor,
      kept(`with u as (select * from ${entries.sql}),
       held as (
         select r.native_id from register r join u on u.native_id = r.native_id and u.changes = r.changes
         where r.table_name = $1 and r.native_id = any(array(select native_id from u where changes is not null))
         order by r.native_id for update of r),
       moved as (
         update register r set (changes, ${STORED}) = row (r.changes + 1, ${CHANGED}) from u
         where r.table_name = $1 and r.native_id = u.native_id and r.native_id = any(array(select native_id from held))
         returning r.native_id),
       made as (
         insert into register (table_name, native_id, ${STORED})
         select $1, u.native_id, ${CHANGED} from u where u.changes is null order by u.native_id
         on conflict do nothing returning native_id),
       stored as (select native_id from moved union all select native_id from made),
       said as (${outbox.sql} where owner in (select native_id from stored) order by n)
       select native_id from stored`),
      [table, ...entries.parameters, ...outbox.parameters],
    );
    if (said.length > 0) announceAppended(executor);
    return new Set(stored.map((r) => r.native_id));
  }

  private readOf(table: string, record: ReadRecord, epoch: number): EntryRead {
    const isStored = record.changes !== null;
    return {
      entry: isStored
        ? entryOf(this.side, table, record)
        : emptyEntry({ side: this.side, table, nativeId: record.id, epoch }),
      changes: record.changes,
      nextN: record.next_n,
      position: record.position,
      setAside: (record.set_aside ?? [])
        .map(([id, writeId, dueMs]) => ({ id, writeId, dueMs }))
        .sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1)),
    };
  }

  private note(n: string): void {
    if (BigInt(n) > this.highestN) this.highestN = BigInt(n);
  }
}
