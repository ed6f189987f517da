import type { DataSource } from 'typeorm';
import type { SetAside } from '../register/register-record';
import type { KeyedWrite } from './write-executor';
import { sql } from '../sql';

export interface DeferredWrite {
  readonly id: string;
  readonly write: KeyedWrite;
  readonly traceparent: string;
}

/**
 * Writes that must come later: a create that waits out its lost request (rule 9), and the writes of the same row
 * behind it. Durable, so that the partition's other rows go on and the offset with them.
 */
export class DeferredWrites {
  constructor(private readonly dataSource: DataSource) {}

  async add(write: KeyedWrite, traceparent: string, dueAtMs: number): Promise<void> {
    await sql(
      this.dataSource,
      `insert into deferred_write (write_id, table_name, native_id, write, traceparent, due_at)
       values ($1, $2, $3, $4, $5, to_timestamp($6::double precision / 1000)) on conflict (write_id) do nothing`,
      [write.id, write.table, write.nativeId, JSON.stringify(write), traceparent, dueAtMs],
    );
  }

  /** The oldest one of each row that is due. */
  async due(tables: readonly string[], countMax: number): Promise<DeferredWrite[]> {
    return sql<DeferredWrite>(
      this.dataSource,
      `select id::text as id, write, traceparent from (
         select distinct on (table_name, native_id) id, write, traceparent, due_at from deferred_write
         where table_name = any($1::text[]) order by table_name, native_id, id) oldest
       where due_at <= now() order by id limit $2`,
      [tables, countMax],
    );
  }

  async remove(id: string): Promise<void> {
    await sql(this.dataSource, 'delete from deferred_write where id = $1', [id]);
  }

  /** The longer it has waited already the rarer it is tried: a row that always fails must not keep the side busy. */
  async postpone(id: string, dueAtMs: number): Promise<void> {
    await sql(
      this.dataSource,
      `update deferred_write
       set due_at = greatest(to_timestamp($2::double precision / 1000), now() + least((now() - created_at) / 2, interval '30 s'))
       where id = $1`,
      [id, dueAtMs],
    );
  }
}

/** When an earlier write of the row is to come; null: none stands before this one. */
export function blockedUntilMs(
  setAside: readonly SetAside[],
  write: Pick<KeyedWrite, 'id'>,
  ownId: string | null,
): number | null {
  const before = setAside.find(
    ({ id, writeId }) => writeId !== write.id && (ownId === null || BigInt(id) < BigInt(ownId)),
  );
  return before ? before.dueMs + 1 : null;
}
