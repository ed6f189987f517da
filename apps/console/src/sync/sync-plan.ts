import type { Side } from '@dualwrite/events';
import { compileMap, type CompiledMap } from '@dualwrite/maps';
import type { Wanted } from '@dualwrite/planner';
import { preflight, wavesOf, type Preflight } from '@dualwrite/proof';
import type { StoredMap } from '../map-store';
import { problem } from '../problems';
import type { FreshRows } from '../proof/fresh-rows';
import { referencesOf } from '../proof/map-look';
import type { LoadTimer, SecondsRange, SideWork } from './load-times';

export interface PlannedMap extends Preflight {
  readonly name: string;
  readonly version: number;
  readonly state: string;
  /** Maps of one wave run together; the next begins when it is done. */
  readonly wave: number;
  readonly rows: Readonly<Record<Side, number>>;
  readonly seconds: SecondsRange;
}

export interface SyncPlan {
  readonly maps: readonly PlannedMap[];
  readonly seconds: SecondsRange;
  readonly problemCount: number;
}

export interface PlanSources {
  maps(): Promise<readonly StoredMap[]>;
  states(): Promise<ReadonlyMap<string, string>>;
  freshRows(maps: readonly CompiledMap[]): FreshRows;
  readonly timer: Pick<LoadTimer, 'secondsOf'>;
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
        const work = (side: Side): SideWork => ({
          table: rules.table[side],
          rows: rows[side].length,
          creates: found.creates[side],
          updates: found.updates[side],
        });
        maps.push({
          name: rules.name,
          version: rules.version,
          state: states.get(rules.name) ?? 'unknown',
          wave: index + 1,
          rows: { fo: rows.fo.length, dataverse: rows.dataverse.length },
          ...found,
          seconds: await this.sources.timer.secondsOf({ fo: work('fo'), dataverse: work('dataverse') }),
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

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
