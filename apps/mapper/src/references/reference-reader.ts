import type { Cells } from '@dualwrite/events';
import type { ReferenceNeed } from '@dualwrite/maps';
import { together } from '@dualwrite/persistence';
import type { QueryRunner } from 'typeorm';
import { KnownReferences } from './known-references';
import { normalized, normalizedCompany, rowNeedKey, valueNeedKey } from './reference-query';

type ValueNeed = Extract<ReferenceNeed, { kind: 'id' }>;
type RowNeed = Extract<ReferenceNeed, { kind: 'value' }>;

/** Rows of a company-bound table hold the company's GUID; maps and keys speak of its code. */
const COMPANY_OF_CODE = `(select c.native_id from reference_key c
  where c.table_name = 'cdm_company' and c.column_name = 'cdm_companycode' and c.value_norm = upper(q.company)
  order by c.native_id limit 1)`;

/** Reads from the index what is not known yet: at most two statements at once, however many are needed. */
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
  await together([
    values.size > 0 ? readIds(runner, [...values], known) : Promise.resolve(),
    rows.size > 0 ? readRows(runner, [...rows], known) : Promise.resolve(),
  ]);
}

async function readIds(
  runner: QueryRunner,
  needs: readonly (readonly [string, ValueNeed])[],
  known: KnownReferences,
): Promise<void> {
  const found = (await runner.query(
    `select q.n::int as n, min(k.native_id) as "nativeId"
     from unnest($1::text[], $2::text[], $3::text[], $4::text[]) with ordinality as q (tbl, col, val, company, n)
     join reference_key k on k.table_name = q.tbl and k.column_name = q.col and k.value_norm = q.val
       and (q.company = '' or k.company = ${COMPANY_OF_CODE})
     group by q.n`,
    [
      needs.map(([, need]) => need.table),
      needs.map(([, need]) => need.column),
      needs.map(([, need]) => normalized(need.value)),
      needs.map(([, need]) => normalizedCompany(need.company)),
    ],
  )) as { n: number; nativeId: string }[];
  const idByNumber = new Map(found.map(({ n, nativeId }) => [n, nativeId]));
  needs.forEach(([key], index) => known.learnId(key, idByNumber.get(index + 1)));
}

async function readRows(
  runner: QueryRunner,
  needs: readonly (readonly [string, RowNeed])[],
  known: KnownReferences,
): Promise<void> {
  const found = (await runner.query(
    `select r.table_name as "table", r.native_id as "nativeId", r.cells
     from unnest($1::text[], $2::text[]) as q (tbl, id)
     join reference r on r.table_name = q.tbl and r.native_id = q.id and r.present`,
    [needs.map(([, need]) => need.table), needs.map(([, need]) => need.nativeId.toLowerCase())],
  )) as { table: string; nativeId: string; cells: Cells }[];
  const cellsByKey = new Map(found.map((row) => [rowNeedKey(row.table, row.nativeId), row.cells]));
  for (const [key] of needs) known.learnRow(key, cellsByKey.get(key));
}
