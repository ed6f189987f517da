import type { DataSource } from 'typeorm';

/** What there is to look at of one map without an observation. */
export interface DueWork {
  /** A pair waits for a row, and may be asked for again: whether the row is there is another question. */
  readonly hasWaits: boolean;
  /** A refused pair is to be tried again. */
  readonly hasParks: boolean;
  readonly hasDues: boolean;
  readonly hasBulk: boolean;
}

/** Of all these maps at once: mostly there is nothing, and then it was one statement, however many maps there are. */
export async function dueWorkOf(
  database: DataSource,
  maps: readonly string[],
): Promise<ReadonlyMap<string, DueWork>> {
  if (maps.length === 0) return new Map();
  const found = (await database.query(
    `select m.map,
       exists (select from wait w where w.map = m.map and w.retry_at <= now()) as "hasWaits",
       exists (select from park p where p.map = m.map and p.retry_at <= now()) as "hasParks",
       exists (select from due d where d.map = m.map and not d.is_bulk and d.at <= now()) as "hasDues",
       exists (select from due d where d.map = m.map and d.is_bulk and d.at <= now()) as "hasBulk"
     from unnest($1::text[]) as m (map)`,
    [maps],
  )) as (DueWork & { map: string })[];
  return new Map(found.map(({ map, ...work }) => [map, work]));
}
