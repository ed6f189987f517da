import type { Side } from '@dualwrite/events';
import { compileMap, type CompiledMap } from '@dualwrite/maps';
import type { Wanted } from '@dualwrite/planner';
import { Preflighter, wavesOf, type Preflight } from '@dualwrite/proof';
import type { Looking } from '../looks/portioned-look';
import type { StoredMap } from '../map-store';
import { problem } from '../problems';
import type { FreshRows } from '../looks/fresh-rows';
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
  readonly looking: Looking;
  readonly timer: Pick<LoadTimer, 'secondsOf'>;
}

/** What a first sync would do, and what stands in its way: every row is transformed and validated, and nothing is written. */
export class SyncPlanner {
  constructor(private readonly sources: PlanSources) {}

  async plan(names: readonly string[]): Promise<SyncPlan> {
    const stored = await this.chosen(names);
    const states = await this.sources.states();
    const compiled = stored.map((map) => compileMap(map.definition, map.version));
    const maps: PlannedMap[] = [];
    await this.sources.looking(compiled, async (look, fresh) => {
      const arriving = new ArrivingRows(compiled, fresh);
      for (const [index, wave] of wavesOf(compiled).entries()) {
        for (const rules of wave) {
          await arriving.prepare(rules);
          const flight = new Preflighter(rules, look.referencesFor(rules), (wanted) => arriving.has(wanted));
          for await (const { rows } of look.portions(rules)) flight.take(rows);
          const found = flight.result();
          const rows = look.rowCounts(rules.name);
          const work = (side: Side): SideWork => ({
            table: rules.table[side],
            rows: rows[side],
            creates: found.creates[side],
            updates: found.updates[side],
          });
          maps.push({
            name: rules.name,
            version: rules.version,
            state: states.get(rules.name) ?? 'unknown',
            wave: index + 1,
            rows,
            ...found,
            seconds: await this.sources.timer.secondsOf({ fo: work('fo'), dataverse: work('dataverse') }),
          });
        }
      }
    });
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
    private readonly fresh: Pick<FreshRows, 'pages'>,
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
        for await (const rows of this.fresh.pages('fo', map.table.fo))
          for (const { cells } of rows)
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
