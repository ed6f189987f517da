import { Injectable } from '@nestjs/common';
import { businessKey, type CompiledMap } from '@dualwrite/maps';
import type { Park, Verdict } from '@dualwrite/planner';
import { DataSource, type QueryRunner } from 'typeorm';
import { MapRuns } from '../runs/map-runs';
import { waitGraph, waitKey, type SourcePair, type WaitedFor, type WaitNode } from './wait-graph';
import { WaitStore } from './wait-store';

/** A row waits for a row that waits for a row: deeper than any real table nests. */
const DEPTH_MAX = 16;

export interface WaitQuestion {
  readonly map?: string | undefined;
  readonly table?: string | undefined;
  readonly limit: number;
}

/** Answers what rows wait for, and why that is not there; takes no lock. */
@Injectable()
export class WaitReader {
  private readonly waits = new WaitStore();

  constructor(
    private readonly database: DataSource,
    private readonly runs: MapRuns,
  ) {}

  async graph(question: WaitQuestion): Promise<WaitNode[]> {
    const maps = this.runs.compiled();
    const runner = this.database.createQueryRunner();
    try {
      const targets = await this.waits.targets(runner, question);
      const sources = new Map<string, SourcePair>();
      let unknown: readonly WaitedFor[] = targets;
      for (let depth = 0; depth < DEPTH_MAX && unknown.length > 0; depth += 1) {
        const found = await sourcesOf(runner, maps, unknown);
        for (const [key, source] of found) sources.set(key, source);
        unknown = [...found.values()]
          .flatMap(({ waitsFor }) => waitsFor)
          .filter((target) => !sources.has(waitKey(target)));
      }
      const tables = new Set(maps.map(({ table }) => table.dataverse));
      return waitGraph(targets, (target) => sources.get(waitKey(target)), tables);
    } finally {
      await runner.release();
    }
  }
}

interface PairLine {
  readonly n: number;
  readonly map: string;
  readonly key: string | null;
  readonly pairId: string;
  readonly verdict: Verdict | null;
  readonly parks: readonly Park[];
  readonly waitsFor: readonly WaitedFor[];
}

/** The pair of each target's row: by the business key of the map that fills the table, or by the row's own id. */
async function sourcesOf(
  runner: QueryRunner,
  maps: readonly CompiledMap[],
  targets: readonly WaitedFor[],
): Promise<Map<string, SourcePair>> {
  const asked = targets.flatMap((target) =>
    maps
      .filter((map) => map.table.dataverse === target.table)
      .map((map) => ({
        target,
        map: map.name,
        key: keyOf(map, target),
        nativeId: target.value.toLowerCase(),
      })),
  );
  if (asked.length === 0) return new Map();
  const lines = (await runner.query(
    `select q.n::int - 1 as n, p.map, p.key, p.pair_id as "pairId", p.verdict,
       coalesce(p.state::json->'x'->'parks', '[]') as parks,
       coalesce((select json_agg(json_build_object('table', w.table_name, 'column', w.column_name, 'value', w.value_norm,
         'company', nullif(w.company, ''))) from wait w where w.pair_id = p.pair_id), '[]') as "waitsFor"
     from unnest($1::text[], $2::text[], $3::text[]) with ordinality as q (map, key, native_id, n)
     join lateral (
       select k.pair_id from pair k where k.map = q.map and k.key = q.key and not k.rival
       union
       select r.pair_id from pair_row r where r.map = q.map and r.side = 'dataverse' and r.native_id = q.native_id
     ) found on true
     join pair p on p.pair_id = found.pair_id`,
    [asked.map(({ map }) => map), asked.map(({ key }) => key), asked.map(({ nativeId }) => nativeId)],
  )) as PairLine[];
  return new Map(
    lines.flatMap(({ n, parks, ...line }) => {
      const target = asked[n]?.target;
      return target === undefined ? [] : [[waitKey(target), { ...line, reason: reasonOf(parks) }] as const];
    }),
  );
}

/** Null: rows of the map are known by more than this column. */
function keyOf(map: CompiledMap, { column, value, company }: WaitedFor): string | null {
  const [only, ...others] = map.keyColumns.dataverse;
  if (only !== column || others.length > 0) return null;
  return businessKey(map.companyScoped ? company : null, [value]);
}

function reasonOf(parks: readonly Park[]): string | null {
  const [park] = parks;
  if (park === undefined) return null;
  return park.text === null ? park.reason : `${park.reason}: ${park.text}`;
}
