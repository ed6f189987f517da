import { compareRevisions, type Cell, type Observation } from '@dualwrite/events';
import type { QueryRunner } from 'typeorm';
import { normalized } from './reference-query';

/** Which columns of a lookup target are indexed. */
export interface ReferenceColumns {
  readonly table: string;
  /** Columns that rows are looked for by. */
  readonly keys: readonly string[];
  /** Column with the GUID of the row's company; null for tables that all companies share. */
  readonly companyColumn: string | null;
}

/** A row that went by another key, or belonged to another company, when the index last heard of it. */
export interface RenamedRow {
  readonly table: string;
  readonly nativeId: string;
}

/** What the index knows since then that it did not. */
export interface ReferencesWritten {
  readonly renamed: readonly RenamedRow[];
  /** A key is there that was not: somebody may have waited for it. */
  readonly hasNewKeys: boolean;
}

/** Takes observations of lookup targets into the index; older ones than it has are ignored. */
export async function writeReferences(
  runner: QueryRunner,
  observations: readonly Observation[],
  columnsOf: ReadonlyMap<string, ReferenceColumns>,
): Promise<ReferencesWritten> {
  const newest = newestOfEachRow(observations.filter(({ table }) => columnsOf.has(table)));
  if (newest.length === 0) return { renamed: [], hasNewKeys: false };
  const taken = await storeRows(runner, newest, columnsOf);
  return storeKeys(
    runner,
    newest.filter((observation) => taken.has(rowKey(observation))),
    columnsOf,
  );
}

/** In the order of tables and ids, so that two replicas never wait for each other in a circle. */
function newestOfEachRow(observations: readonly Observation[]): Observation[] {
  const byRow = new Map<string, Observation>();
  for (const observation of observations) {
    const other = byRow.get(rowKey(observation));
    if (!other || compareRevisions(observation.revision, other.revision) >= 0) {
      byRow.set(rowKey(observation), observation);
    }
  }
  return [...byRow].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, observation]) => observation);
}

async function storeRows(
  runner: QueryRunner,
  observations: readonly Observation[],
  columnsOf: ReadonlyMap<string, ReferenceColumns>,
): Promise<ReadonlySet<string>> {
  const cells = observations.map(({ table, row }) =>
    JSON.stringify(indexedCells(row?.cells, columnsOf.get(table))),
  );
  const taken = (await runner.query(
    `insert into reference as r (table_name, native_id, revision_epoch, revision_n, present, cells)
     select * from unnest($1::text[], $2::text[], $3::int[], $4::bigint[], $5::boolean[], $6::jsonb[])
     on conflict (table_name, native_id) do update set revision_epoch = excluded.revision_epoch,
       revision_n = excluded.revision_n, present = excluded.present, cells = excluded.cells
     where (r.revision_epoch, r.revision_n) <= (excluded.revision_epoch, excluded.revision_n)
     returning table_name as "table", native_id as "nativeId"`,
    [
      observations.map(({ table }) => table),
      observations.map(({ nativeId }) => nativeId.toLowerCase()),
      observations.map(({ revision }) => revision.epoch),
      observations.map(({ revision }) => revision.n),
      observations.map(({ row }) => row !== null),
      cells,
    ],
  )) as { table: string; nativeId: string }[];
  return new Set(taken.map(({ table, nativeId }) => `${table}/${nativeId}`));
}

async function storeKeys(
  runner: QueryRunner,
  observations: readonly Observation[],
  columnsOf: ReadonlyMap<string, ReferenceColumns>,
): Promise<ReferencesWritten> {
  const ids = observations.map(({ nativeId }) => nativeId.toLowerCase());
  const tables = observations.map(({ table }) => table);
  const keys = observations.flatMap(({ table, nativeId, row }) => {
    const columns = columnsOf.get(table);
    if (!columns || !row) return [];
    const guid = columns.companyColumn === null ? null : (row.cells[columns.companyColumn] ?? null);
    const company = guid === null ? '' : String(guid).toLowerCase();
    return columns.keys
      .filter((column) => normalized(row.cells[column] ?? null) !== '')
      .map(
        (column) =>
          [table, column, nativeId.toLowerCase(), normalized(row.cells[column] ?? null), company] as const,
      );
  });
  // What a row no longer shows (a changed key, a deleted row) goes; what it shows is put in its place.
  await runner.query(
    `delete from reference_key k using unnest($1::text[], $2::text[]) as gone (tbl, id)
     where k.table_name = gone.tbl and k.native_id = gone.id
       and (k.table_name, k.column_name, k.native_id) not in
         (select * from unnest($3::text[], $4::text[], $5::text[]))`,
    [tables, ids, keys.map(([table]) => table), keys.map(([, column]) => column), keys.map(([, , id]) => id)],
  );
  if (keys.length === 0) return { renamed: [], hasNewKeys: false };
  // A line that was there before has a transaction in xmax: the one that replaced it.
  const stored = (await runner.query(
    `with stored as (
       insert into reference_key as k (table_name, column_name, native_id, value_norm, company)
       select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
       on conflict (table_name, column_name, native_id) do update
         set value_norm = excluded.value_norm, company = excluded.company
         where (k.value_norm, k.company) <> (excluded.value_norm, excluded.company)
       returning table_name, native_id, xmax <> 0 as is_replaced)
     select distinct table_name as "table", native_id as "nativeId", is_replaced as "isReplaced" from stored`,
    [0, 1, 2, 3, 4].map((position) => keys.map((key) => key[position])),
  )) as (RenamedRow & { isReplaced: boolean })[];
  const renamed = stored.flatMap(({ table, nativeId, isReplaced }) =>
    isReplaced ? [{ table, nativeId }] : [],
  );
  return { renamed, hasNewKeys: stored.length > 0 };
}

function indexedCells(
  cells: Readonly<Record<string, Cell>> | undefined,
  columns: ReferenceColumns | undefined,
): Record<string, Cell> {
  if (!cells || !columns) return {};
  const names = columns.companyColumn === null ? columns.keys : [...columns.keys, columns.companyColumn];
  return Object.fromEntries(names.map((name) => [name, cells[name] ?? null]));
}

function rowKey({ table, nativeId }: Observation): string {
  return `${table}/${nativeId.toLowerCase()}`;
}
