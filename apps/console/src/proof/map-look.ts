import { compileMap, COMPANY_CODE_COLUMN, COMPANY_TABLE, type CompiledMap } from '@dualwrite/maps';
import {
  freshReferences,
  judgeMap,
  type Books,
  type Breach,
  type FreshRow,
  type PairView,
} from '@dualwrite/proof';
import type { References } from '@dualwrite/planner';
import type { StoredMap } from '../map-store';
import type { FreshRows } from './fresh-rows';

/** What one look at a map found. */
export interface MapLook {
  readonly rows: { readonly fo: number; readonly dataverse: number };
  readonly pairs: number;
  readonly parked: number;
  readonly breaches: readonly Breach[];
}

/** Reads all that the promises of a map are judged by, and judges. */
export async function lookAtMap(
  map: StoredMap,
  from: {
    readonly rows: FreshRows;
    readonly pairs: (map: string) => Promise<readonly PairView[]>;
    readonly books: Books | null;
  },
): Promise<MapLook> {
  const rules = compileMap(map.definition, map.version);
  const [fo, dataverse, references] = await Promise.all([
    from.rows.read('fo', rules.table.fo),
    from.rows.read('dataverse', rules.table.dataverse),
    referencesOf(rules, from.rows),
  ]);
  // After the rows: what was made meanwhile has a pair all the same.
  const pairs = await from.pairs(map.name);
  return {
    rows: { fo: fo.length, dataverse: dataverse.length },
    pairs: pairs.length,
    parked: pairs.filter(({ parks }) => parks.length > 0).length,
    breaches: judgeMap({ rules, rows: { fo, dataverse }, references, pairs, books: from.books }),
  };
}

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

/** Two looks found the same thing amiss, whatever its values were. */
export function identityOf({ kind, map, key, side, field }: Breach): string {
  return [kind, map, key ?? '', side ?? '', field ?? ''].join('\n');
}
