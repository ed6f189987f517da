import { compileMap } from '@dualwrite/maps';
import type { StoredMap } from './map-store';

type Pointing = Pick<StoredMap, 'name' | 'version' | 'definition' | 'run'>;

/**
 * Running maps whose rows point at rows that these maps fill, over however many maps: while these stand still, rows of
 * those may wait. Sorted; those that are named themselves are left out.
 */
export function dependantsOf(maps: readonly Pointing[], names: readonly string[]): readonly string[] {
  const facts = maps.map((map) => ({ map, ...tablesOf(map) }));
  const filled = new Set(facts.filter(({ map }) => names.includes(map.name)).map(({ fills }) => fills));
  const found = new Set<string>();
  for (let count = -1; count !== found.size;) {
    count = found.size;
    for (const { map, fills, pointsAt } of facts) {
      if (names.includes(map.name) || found.has(map.name) || map.run.desired !== 'running') continue;
      if (!pointsAt.some((table) => filled.has(table))) continue;
      found.add(map.name);
      filled.add(fills);
    }
  }
  return [...found].sort();
}

/** A definition is compiled once: every act asks. */
const known = new WeakMap<object, { fills: string; pointsAt: readonly string[] }>();

function tablesOf({ definition, version }: Pointing): { fills: string; pointsAt: readonly string[] } {
  const before = known.get(definition);
  if (before) return before;
  const { table, dependsOn } = compileMap(definition, version);
  const tables = { fills: table.dataverse, pointsAt: dependsOn };
  known.set(definition, tables);
  return tables;
}
