import { SIDES } from '@dualwrite/events';
import type { CompiledMap } from './compiled-map';
import { COMPANY_CODE_COLUMN, COMPANY_TABLE } from './resolved-map';
import { hex, sha1 } from './sha1';

export interface ColumnSet {
  /** `reference`: no map maps the table, it is observed for lookups alone. */
  readonly kind: 'mapped' | 'reference';
  /** Sorted; the same for the same maps, whatever their order. */
  readonly columns: readonly string[];
  /** Named in every observation: a table whose digest changes is read anew. */
  readonly digest: string;
}

/** What to observe for these maps, by `SIDE/TABLE`: each table's columns, and those of the tables that lookups point at. */
export function columnSets(maps: readonly CompiledMap[]): Map<string, ColumnSet> {
  const gathered = new Map<string, { kind: ColumnSet['kind']; columns: Set<string> }>();
  const add = (name: string, kind: ColumnSet['kind'], columns: readonly string[]): void => {
    const set = gathered.get(name) ?? { kind, columns: new Set() };
    for (const column of columns) set.columns.add(column);
    gathered.set(name, { kind: kind === 'mapped' ? kind : set.kind, columns: set.columns });
  };
  for (const map of maps) {
    for (const side of SIDES) add(`${side}/${map.table[side]}`, 'mapped', map.columns(side));
    for (const lookup of map.lookups) {
      const { primaryKey, keyColumn, companyColumn } = lookup;
      add(`dataverse/${lookup.table}`, 'reference', [
        primaryKey,
        keyColumn,
        ...(companyColumn === null ? [] : [companyColumn]),
      ]);
    }
    if (map.companyScoped || map.lookups.some((lookup) => lookup.companyScoped)) {
      add(`dataverse/${COMPANY_TABLE}`, 'reference', [`${COMPANY_TABLE}id`, COMPANY_CODE_COLUMN]);
    }
  }
  return new Map(
    [...gathered]
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, { kind, columns }]) => {
        const sorted = [...columns].sort();
        return [name, { kind, columns: sorted, digest: digestOf(name, sorted) }];
      }),
  );
}

function digestOf(name: string, columns: readonly string[]): string {
  return hex(sha1(new TextEncoder().encode([name, ...columns].join('\n')))).slice(0, 16);
}
