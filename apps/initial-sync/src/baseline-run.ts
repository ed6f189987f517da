import { isObserved, type DesiredState, type Side } from '@dualwrite/events';
import type { TableRead } from './table-read';

export interface TableName {
  readonly side: Side;
  readonly table: string;
}

/** A map of dw.maps with what reading it takes. */
export interface PlannedMap {
  readonly name: string;
  readonly desired: DesiredState;
  readonly runEpoch: number;
  readonly baseline: number;
  readonly changedAtMs: number;
  readonly table: Readonly<Record<Side, string>>;
  /** The map's two tables and those that its lookups point at. */
  readonly tables: readonly TableName[];
  /** Dataverse tables whose rows this map's rows point at. */
  readonly dependsOn: readonly string[];
}

/** The baseline of one map: all its tables read on both sides and covered. */
export interface BaselineRun {
  readonly id: string;
  readonly map: string;
  readonly baseline: number;
  readonly state: 'active' | 'done' | 'cancelled';
  /** When the console says that it was asked for; for people. */
  readonly wantedAtMs: number;
  readonly readIds: readonly string[];
  readonly createdAtMs: number;
  readonly finishedAtMs: number | null;
}

export function tableKey({ side, table }: TableName): string {
  return `${side}/${table}`;
}

/** A stopped map is read no further; a paused one is, for observing goes on. */
export function isWanted(run: BaselineRun, map: PlannedMap | undefined): boolean {
  return map !== undefined && map.baseline === run.baseline && isObserved(map.desired);
}

/**
 * The runs whose reads may begin: those whose maps point only at tables that no other active run still has to fill.
 * Maps that point at each other in a ring begin together: their rows wait for each other by themselves.
 *
 * @param struggling runs whose side refuses again and again: they hold nobody up, a failing map delays no other
 */
export function runsOfThisWave(
  runs: readonly BaselineRun[],
  maps: ReadonlyMap<string, PlannedMap>,
  struggling: ReadonlySet<string>,
): readonly BaselineRun[] {
  const active = runs.filter((run) => run.state === 'active' && maps.has(run.map));
  const targetOf = (run: BaselineRun): string | undefined => maps.get(run.map)?.table.dataverse;
  const isFree = (run: BaselineRun): boolean => {
    const dependsOn = new Set(maps.get(run.map)?.dependsOn ?? []);
    return active.every((other) => {
      const table = targetOf(other);
      const isHoldingUp = table !== undefined && dependsOn.has(table) && table !== targetOf(run);
      return other.id === run.id || struggling.has(other.id) || !isHoldingUp;
    });
  };
  const free = active.filter(isFree);
  return free.length > 0 ? free : active;
}

/** A read of the same table that this run may share: same columns, and begun since the run was there. */
export function sharedRead(
  run: BaselineRun,
  want: TableName & { readonly columnSet: string },
  reads: Iterable<TableRead>,
): TableRead | undefined {
  for (const read of reads) {
    if (read.side !== want.side || read.table !== want.table || read.columnSet !== want.columnSet) continue;
    if (mayShare(run, read)) return read;
  }
  return undefined;
}

/**
 * A read that began when the run was there already: then every connector had taken the run's map over (no read begins
 * before). Both times are of this service; the console's clock has no say.
 */
export function mayShare(
  run: Pick<BaselineRun, 'createdAtMs'>,
  read: Pick<TableRead, 'startedAtMs'>,
): boolean {
  return read.startedAtMs === null || read.startedAtMs >= run.createdAtMs;
}
