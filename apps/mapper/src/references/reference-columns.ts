import { COMPANY_CODE_COLUMN, COMPANY_TABLE, type CompiledMap } from '@dualwrite/maps';
import type { ReferenceColumns } from './reference-writer';

/** Which Dataverse tables the index holds, and by which columns: all that any lookup of these maps asks for. */
export function referenceColumns(maps: readonly CompiledMap[]): ReadonlyMap<string, ReferenceColumns> {
  const tables = new Map<string, { keys: Set<string>; companyColumn: string | null }>();
  const add = (table: string, key: string, companyColumn: string | null): void => {
    const known = tables.get(table) ?? { keys: new Set<string>(), companyColumn: null };
    known.keys.add(key);
    tables.set(table, { keys: known.keys, companyColumn: known.companyColumn ?? companyColumn });
  };
  for (const map of maps) {
    for (const { table, keyColumn, companyColumn } of map.lookups) add(table, keyColumn, companyColumn);
    if (map.companyScoped || map.lookups.some(({ companyScoped }) => companyScoped)) {
      add(COMPANY_TABLE, COMPANY_CODE_COLUMN, null);
    }
  }
  return new Map(
    [...tables].map(([table, { keys, companyColumn }]) => [
      table,
      { table, keys: [...keys].sort(), companyColumn },
    ]),
  );
}
