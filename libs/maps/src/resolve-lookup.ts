import { isPolymorphic, type Column, type TableSchema } from '@dualwrite/schemas';
import { factsOf, findColumn, sameName } from './find-in-schema';
import type { Findings, Path } from './finding';
import { COMPANY_TABLE, type ResolvedLookup } from './resolved-map';
import type { TableMap } from './table-map';

interface LookupContext {
  readonly map: TableMap;
  /** The mapped table. */
  readonly dataverse: TableSchema;
  readonly tables: readonly TableSchema[];
  readonly findings: Findings;
}

interface LookupPath {
  /** Column of the mapped table. */
  readonly column: Column;
  /** Column that the target's row is found by, as the map writes it. */
  readonly key: string;
  /** Table named in the map, for a lookup that may point at several. */
  readonly wanted: string | undefined;
  readonly path: Path;
}

/** Which table a lookup path goes to, and by which column; says what is wrong with it. */
export function resolveLookup(
  context: LookupContext,
  { column, key, wanted, path }: LookupPath,
): ResolvedLookup | undefined {
  const { findings, map } = context;
  if (column.type !== 'lookup') {
    findings.error(
      'not-a-lookup',
      path,
      `${column.name} is of type ${column.type}, not a lookup: write it without .${key}`,
    );
    return undefined;
  }
  const possible = (column.targets ?? []).filter(
    (target) => wanted === undefined || sameName(target.table, wanted),
  );
  const tables = possible.flatMap(
    (target) => context.tables.find((table) => sameName(table.table, target.table)) ?? [],
  );
  const candidates = tables.flatMap((table) => {
    const keyColumn = findColumn(table, key);
    return keyColumn === undefined ? [] : [{ table, keyColumn }];
  });
  const [found, ...others] = candidates;
  if (found === undefined) {
    const names = possible.map((one) => one.table).join(', ') || 'no known table';
    findings.error(
      'unknown-lookup-key',
      path,
      `${column.name} points at ${names}, where there is no column ${key}`,
    );
    return undefined;
  }
  if (others.length > 0) {
    const names = candidates.map(({ table }) => table.table).join(', ');
    findings.error(
      'lookup-target-ambiguous',
      path,
      `${column.name} points at ${names}, which all have ${key}: name one as target, or all of them, ${column.name}.TABLE(${key}).TABLE(${key})`,
    );
    return undefined;
  }
  const companyColumn = companyColumnOf(context, found.table);
  if (companyColumn !== null && map.spec.company === undefined) {
    findings.warning(
      'company-missing',
      path,
      `rows of ${found.table.table} belong to companies, this map's do not: a key found in several companies cannot be told apart`,
    );
  }
  return {
    column: column.name,
    table: found.table.table,
    primaryKey: found.table.key[0] ?? '',
    keyColumn: factsOf('dataverse', found.keyColumn),
    companyColumn,
    ...(isPolymorphic(column) ? { isPolymorphic: true } : {}),
  };
}

/** The vendor's tables call it msdyn_company; in others it is the one lookup that points at cdm_company. */
function companyColumnOf({ map, dataverse }: LookupContext, target: TableSchema): string | null {
  if (target.table === COMPANY_TABLE) return null;
  const own = map.spec.company;
  if (own !== undefined && target.table === dataverse.table)
    return findColumn(target, own.dataverse)?.name ?? null;
  const columns = [...target.columns.values()].filter((column) =>
    column.targets?.some((one) => one.table === COMPANY_TABLE),
  );
  const named = columns.find((column) => column.name === 'msdyn_company');
  return named?.name ?? (columns.length === 1 ? (columns[0]?.name ?? null) : null);
}
