import { isObserved, type MapRecord, type Side } from '@dualwrite/events';
import { columnSets, compileMap, MapNotResolved, type CompiledMap } from '@dualwrite/maps';
import { log } from '@dualwrite/telemetry';
import type { PlannedMap, TableName } from './baseline-run';

export interface PlannedMaps {
  readonly maps: ReadonlyMap<string, PlannedMap>;
  /** Digest of the columns that all maps together want of a table, by `SIDE/TABLE`. */
  readonly columnSets: ReadonlyMap<string, string>;
}

let last: { readonly records: readonly MapRecord[]; readonly planned: PlannedMaps } | undefined;

/** The records of dw.maps with what reading them takes; made anew only for other records, for every pass asks. */
export function planMaps(records: readonly MapRecord[]): PlannedMaps {
  const known = last;
  const isSame =
    known !== undefined &&
    known.records.length === records.length &&
    records.every((record, index) => record === known.records[index]);
  if (isSame) return known.planned;
  const planned = planAll(records);
  last = { records: [...records], planned };
  return planned;
}

function planAll(records: readonly MapRecord[]): PlannedMaps {
  const compiled = records.flatMap((record) => {
    const map = compile(record);
    return map === undefined ? [] : [{ record, map }];
  });
  const observed = compiled.filter(({ record }) => isObserved(record.desired));
  const sets = columnSets(observed.map(({ map }) => map));
  return {
    maps: new Map(compiled.map(({ record, map }) => [record.name, planOne(record, map)])),
    columnSets: new Map([...sets].map(([table, set]) => [table, set.digest])),
  };
}

function planOne(record: MapRecord, map: CompiledMap): PlannedMap {
  return {
    name: record.name,
    desired: record.desired,
    runEpoch: record.runEpoch,
    baseline: record.baseline,
    changedAtMs: Date.parse(record.changedAt),
    table: map.table,
    tables: [...columnSets([map]).keys()].map(tableName),
    dependsOn: map.dependsOn,
  };
}

/** A definition is compiled once: records are looked at in every pass. */
const compiledDefinitions = new WeakMap<object, CompiledMap>();

/** A record that an older or newer console wrote concerns this map alone: the others go on. */
function compile(record: MapRecord): CompiledMap | undefined {
  const { definition, version } = record;
  const isObject = typeof definition === 'object' && definition !== null;
  const known = isObject ? compiledDefinitions.get(definition) : undefined;
  if (known?.version === version) return known;
  try {
    const compiled = compileMap(definition, version);
    if (isObject) compiledDefinitions.set(definition, compiled);
    return compiled;
  } catch (error) {
    if (!(error instanceof MapNotResolved)) throw error;
    log.error('initial_sync.map_not_resolved', { map: record.name, version: record.version, error });
    return undefined;
  }
}

function tableName(key: string): TableName {
  const slash = key.indexOf('/');
  return { side: key.slice(0, slash) as Side, table: key.slice(slash + 1) };
}
