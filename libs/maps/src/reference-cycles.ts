import type { CompiledMap } from './compiled-map';

type Pointing = Pick<CompiledMap, 'name' | 'table' | 'lookups'>;

/**
 * Per map, the Dataverse tables that its rows point at and that point back at its own, over however many maps: rows of
 * such tables would wait for each other for ever. One of the two has to be made without its reference first.
 */
export function referenceCycles(maps: readonly Pointing[]): ReadonlyMap<string, ReadonlySet<string>> {
  const pointsAt = new Map<string, Set<string>>();
  for (const { table, lookups } of maps) {
    const targets = pointsAt.get(table.dataverse) ?? new Set<string>();
    for (const lookup of lookups) targets.add(lookup.table);
    pointsAt.set(table.dataverse, targets);
  }
  return new Map(
    maps.map(({ name, table, lookups }) => [
      name,
      new Set(
        lookups.map((lookup) => lookup.table).filter((target) => leadsTo(target, table.dataverse, pointsAt)),
      ),
    ]),
  );
}

function leadsTo(from: string, to: string, pointsAt: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  const seen = new Set<string>();
  const open = [from];
  for (let table = open.pop(); table !== undefined; table = open.pop()) {
    if (table === to) return true;
    if (seen.has(table)) continue;
    seen.add(table);
    open.push(...(pointsAt.get(table) ?? []));
  }
  return false;
}
