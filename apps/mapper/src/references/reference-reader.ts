import type { Cells } from '@dualwrite/events';
import type { ReferenceNeed } from '@dualwrite/maps';
import { kept } from '@dualwrite/persistence';
import type { QueryRunner } from 'typeorm';
import { KnownReferences } from './known-references';
import { normalized, normalizedCompany, rowNeedKey, valueNeedKey } from './reference-query';

type ValueNeed = Extract<ReferenceNeed, { kind: 'id' }>;
type RowNeed = Extract<ReferenceNeed, { kind: 'value' }>;

/**
 * Rows of a company-bound table hold the company's GUID; maps and keys speak of its code. The smallest of a text that no
 * index knows: the smallest id itself would be looked for along all of the table's ids.
 */
const COMPANY_OF_CODE = `(select min(native_id || '') collate "default" from reference_key company
  where table_name = 'cdm_company' and column_name = 'cdm_companycode' and value_norm = upper(u.company))`;
const OF_VALUE = `select native_id from reference_key
  where table_name = q.tbl and column_name = q.col and value_norm = q.val`;

// One statement for both kinds. Row by row (`offset`, `limit`): a join with a table that is small today may as well go
// through all of it.
const FIND = kept(`with q as materialized (
    select u.*, ${COMPANY_OF_CODE} as company_id
    from unnest($1::text[], $2::text[], $3::text[], $4::text[]) with ordinality as u (tbl, col, val, company, n))
  select n::int as n, min(native_id) as "nativeId", null as "table", null::jsonb as cells from (
    select q.n, k.native_id from q cross join lateral (${OF_VALUE} offset 0) k where q.company = ''
    union all
    select q.n, k.native_id from q cross join lateral (${OF_VALUE} and company = q.company_id offset 0) k
    where q.company <> '') hit
  group by n
  union all
  select null, r.native_id, r.table_name, r.cells from unnest($5::text[], $6::text[]) as q (tbl, id)
  cross join lateral (select * from reference where table_name = q.tbl and native_id = q.id limit 1) r
  where r.present`);

type Found =
  | { readonly n: number; readonly nativeId: string }
  | { readonly n: null; readonly nativeId: string; readonly table: string; readonly cells: Cells };

/** Reads from the index what is not known yet: one statement, however much is needed. */
export async function readReferences(
  runner: QueryRunner,
  needs: Iterable<ReferenceNeed>,
  known: KnownReferences,
): Promise<void> {
  const values = new Map<string, ValueNeed>();
  const rows = new Map<string, RowNeed>();
  for (const need of needs) {
    if (need.kind === 'value') {
      const key = rowNeedKey(need.table, need.nativeId);
      if (!known.hasAsked(key)) rows.set(key, need);
    } else {
      const key = valueNeedKey(need.table, need.column, need.value, need.company);
      if (!known.hasAsked(key)) values.set(key, need);
    }
  }
  if (values.size + rows.size === 0) return;
  const wantedValues = [...values.values()];
  const wantedRows = [...rows.values()];
  const found = (await runner.query(FIND, [
    wantedValues.map(({ table }) => table),
    wantedValues.map(({ column }) => column),
    wantedValues.map(({ value }) => normalized(value)),
    wantedValues.map(({ company }) => normalizedCompany(company)),
    wantedRows.map(({ table }) => table),
    wantedRows.map(({ nativeId }) => nativeId.toLowerCase()),
  ])) as Found[];
  const idByNumber = new Map<number, string>();
  const cellsByKey = new Map<string, Cells>();
  for (const one of found) {
    if (one.n === null) cellsByKey.set(rowNeedKey(one.table, one.nativeId), one.cells);
    else idByNumber.set(one.n, one.nativeId);
  }
  [...values.keys()].forEach((key, index) => known.learnId(key, idByNumber.get(index + 1)));
  for (const key of rows.keys()) known.learnRow(key, cellsByKey.get(key));
}
