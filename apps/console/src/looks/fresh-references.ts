import { COMPANY_CODE_COLUMN, COMPANY_TABLE, type CompiledMap } from '@dualwrite/maps';
import type { References } from '@dualwrite/planner';
import { freshReferences, type FreshRow } from '@dualwrite/proof';
import type { FreshRows } from './fresh-rows';

/** References from what Dataverse shows now. */
export async function referencesOf(
  rules: CompiledMap,
  rows: Pick<FreshRows, 'lookedUp'>,
): Promise<References> {
  const tables = new Map<string, readonly FreshRow[]>();
  for (const [table, columns] of lookedUpBy(rules)) tables.set(table, await rows.lookedUp(table, columns));
  const companies = new Map(
    (tables.get(COMPANY_TABLE) ?? []).map(({ nativeId, cells }) => [
      nativeId,
      cells[COMPANY_CODE_COLUMN] ?? null,
    ]),
  );
  return freshReferences(tables, rules.lookups, (id) => companies.get(id.toLowerCase()));
}

/** By table, the columns that lookups go by. */
function lookedUpBy({ lookups }: CompiledMap): ReadonlyMap<string, readonly string[]> {
  const tables = new Map<string, Set<string>>();
  for (const { table, keyColumn, companyColumn } of lookups) {
    const columns = tables.get(table) ?? new Set(table === COMPANY_TABLE ? [COMPANY_CODE_COLUMN] : []);
    columns.add(keyColumn);
    if (companyColumn !== null) columns.add(companyColumn);
    tables.set(table, columns);
  }
  return new Map([...tables].map(([table, columns]) => [table, [...columns].sort()]));
}
