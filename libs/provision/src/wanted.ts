import { columnSets, type CompiledMap } from '@dualwrite/maps';
import type { ColumnDefinition, TableDefinition } from './table-definition';

export interface WantedColumn {
  readonly name: string;
  /** How to make it; null: nobody has said, so it has to be there. */
  readonly definition: ColumnDefinition | null;
}

/** What the maps need of one Dataverse table. */
export interface WantedTable {
  readonly table: string;
  /** How to make it; null: it has to be there. */
  readonly definition: TableDefinition | null;
  readonly columns: readonly WantedColumn[];
  /** Columns by which maps find rows: an alternate key makes them unique, whoever writes. */
  readonly keys: readonly (readonly string[])[];
}

/** What the maps need of one F&O entity. */
export interface WantedEntity {
  readonly entity: string;
  readonly columns: readonly string[];
}

export interface Wanted {
  readonly fo: readonly WantedEntity[];
  readonly dataverse: readonly WantedTable[];
}

/** What these maps need of both sides. */
export function wantedOf(maps: readonly CompiledMap[], definitions: readonly TableDefinition[]): Wanted {
  const sets = [...columnSets(maps)].map(([name, set]) => {
    const [side, table = ''] = name.split('/', 2);
    return { side, table, columns: set.columns };
  });
  return {
    fo: sets
      .filter(({ side }) => side === 'fo')
      .map(({ table, columns }) => ({ entity: table, columns: [...columns] })),
    dataverse: sets
      .filter(({ side }) => side === 'dataverse')
      .map(({ table, columns }) => wantedTable(table, columns, maps, definitions)),
  };
}

function wantedTable(
  table: string,
  columns: readonly string[],
  maps: readonly CompiledMap[],
  definitions: readonly TableDefinition[],
): WantedTable {
  const definition = definitions.find((one) => one.table === table) ?? null;
  // A table is made together with its name column, whether a map uses it or not.
  const names = new Set([
    ...columns,
    ...(definition?.primaryName === undefined ? [] : [definition.primaryName]),
  ]);
  return {
    table,
    definition,
    columns: [...names].sort().map((name) => ({
      name,
      definition: definition?.columns.find((column) => column.name === name) ?? null,
    })),
    keys: keysOf(table, maps),
  };
}

function keysOf(table: string, maps: readonly CompiledMap[]): (readonly string[])[] {
  const keys = new Map<string, readonly string[]>();
  for (const map of maps) {
    if (map.table.dataverse !== table || map.keyColumns.dataverse.length === 0) continue;
    const company = map.companyColumn.dataverse;
    const key = [...map.keyColumns.dataverse, ...(company === null ? [] : [company])];
    keys.set([...key].sort().join(), key);
  }
  return [...keys.values()];
}
