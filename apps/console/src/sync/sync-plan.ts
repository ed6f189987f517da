import { SIDES, type Side } from '@dualwrite/events';
import { compileMap, type CompiledMap } from '@dualwrite/maps';
import type { Wanted } from '@dualwrite/planner';
import { preflight, wavesOf, type FreshRow, type Preflight } from '@dualwrite/proof';
import type { StoredMap } from '../map-store';
import { problem } from '../problems';
import type { FreshRows } from '../proof/fresh-rows';
import { referencesOf } from '../proof/map-look';

/** Rows of one page of a read. */
const ROWS_PER_REQUEST = 1_000;
/**
 * Requests a second that a side's service protection grants one user: 6,000 in five minutes, on either side. With a pool of
 * users it is so many times as much; what a side answers more slowly is what makes the upper end of the range.
 */
const REQUESTS_PER_SECOND = 20;
const SLOWER_FACTOR = 3;

export interface PlannedMap extends Preflight {
  readonly name: string;
  readonly version: number;
  readonly state: string;
  /** Maps of one wave run together; the next begins when it is done. */
  readonly wave: number;
  readonly rows: Readonly<Record<Side, number>>;
  readonly seconds: { readonly low: number; readonly high: number };
}

export interface SyncPlan {
  readonly maps: readonly PlannedMap[];
  readonly seconds: { readonly low: number; readonly high: number };
  readonly problemCount: number;
}

export interface PlanSources {
  maps(): Promise<readonly StoredMap[]>;
  states(): Promise<ReadonlyMap<string, string>>;
  freshRows(maps: readonly CompiledMap[]): FreshRows;
}

/** What a first sync would do, and what stands in its way: every row is transformed and validated, and nothing is written. */
export class SyncPlanner {
  constructor(private readonly sources: PlanSources) {}

  async plan(names: readonly string[]): Promise<SyncPlan> {
    const stored = await this.chosen(names);
    const states = await this.sources.states();
    const compiled = stored.map((map) => compileMap(map.definition, map.version));
    const fresh = this.sources.freshRows(compiled);
    const arriving = new ArrivingRows(compiled, fresh);
    const maps: PlannedMap[] = [];
    for (const [index, wave] of wavesOf(compiled).entries()) {
      for (const rules of wave) {
        const rows = {
          fo: await fresh.read('fo', rules.table.fo),
          dataverse: await fresh.read('dataverse', rules.table.dataverse),
        };
        const references = await referencesOf(rules, fresh);
        await arriving.prepare(rules);
        const found = preflight({ rules, rows, references }, (wanted) => arriving.has(wanted));
        maps.push({
          name: rules.name,
          version: rules.version,
          state: states.get(rules.name) ?? 'unknown',
          wave: index + 1,
          rows: { fo: rows.fo.length, dataverse: rows.dataverse.length },
          ...found,
          seconds: secondsOf(rows, found),
        });
      }
    }
    return {
      maps,
      seconds: {
        low: sum(maps.map(({ seconds }) => seconds.low)),
        high: sum(maps.map(({ seconds }) => seconds.high)),
      },
      problemCount: sum(maps.flatMap(({ problems }) => problems.map(({ rowCount }) => rowCount))),
    };
  }

  private async chosen(names: readonly string[]): Promise<readonly StoredMap[]> {
    const maps = await this.sources.maps();
    const unknown = names.filter((name) => !maps.some((map) => map.name === name));
    if (unknown.length > 0)
      throw problem(404, 'map-unknown', 'There is no such map', {
        detail: `No map is named ${unknown.join(', ')}; nothing was planned.`,
      });
    return names.length === 0 ? maps : maps.filter(({ name }) => names.includes(name));
  }
}

/** Rows that the maps of the plan make in Dataverse themselves, by table, column and value. */
class ArrivingRows {
  private readonly values = new Map<string, ReadonlySet<string>>();

  constructor(
    private readonly maps: readonly CompiledMap[],
    private readonly fresh: FreshRows,
  ) {}

  /** Reads what the lookups of this map may wait for. */
  async prepare({ lookups }: CompiledMap): Promise<void> {
    for (const { table, keyColumn } of lookups) {
      const name = `${table}\n${keyColumn}`;
      if (this.values.has(name)) continue;
      const values = new Set<string>();
      for (const map of this.maps.filter((one) => one.table.dataverse === table)) {
        const rule = map.fields.find(({ column }) => column.dataverse === keyColumn);
        const source = rule?.column.fo ?? null;
        if (source === null || !map.creates.dataverse) continue;
        for (const { cells } of await this.fresh.read('fo', map.table.fo))
          if (map.inScope('fo', cells)) values.add(String(cells[source] ?? '').toLowerCase());
      }
      this.values.set(name, values);
    }
  }

  has({ table, column, value }: Wanted): boolean {
    return this.values.get(`${table}\n${column}`)?.has(value.toLowerCase()) === true;
  }
}

/** By the slower of the two sides: they work at the same time. */
function secondsOf(
  rows: Readonly<Record<Side, readonly FreshRow[]>>,
  { creates, updates }: Preflight,
): PlannedMap['seconds'] {
  const requests = SIDES.map(
    (side) => Math.ceil(rows[side].length / ROWS_PER_REQUEST) + creates[side] + updates[side],
  );
  const low = Math.ceil(Math.max(...requests) / REQUESTS_PER_SECOND);
  return { low, high: low * SLOWER_FACTOR };
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
