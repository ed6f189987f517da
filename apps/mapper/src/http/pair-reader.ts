import { Injectable } from '@nestjs/common';
import type { PairState, Park } from '@dualwrite/planner';
import { DataSource, type QueryRunner } from 'typeorm';
import { PairStore } from '../pairs/pair-store';
import { MapRuns } from '../runs/map-runs';
import { WaitStore, type WaitingPair } from '../waits/wait-store';

export interface ParkedPair {
  readonly pairId: string;
  readonly key: string | null;
  readonly parks: readonly Park[];
  readonly since: string;
}

/** Pairs as people look at them; takes no lock. */
@Injectable()
export class PairReader {
  private readonly waitStore = new WaitStore();

  constructor(
    private readonly database: DataSource,
    private readonly runs: MapRuns,
    private readonly pairs: PairStore,
  ) {}

  /** `undefined`: this replica does not know the map. */
  async find(map: string, keyOrId: string): Promise<PairState[] | undefined> {
    const rules = this.runs.rulesOf(map);
    if (!rules) return undefined;
    return this.reading(async (runner) => {
      const ids = (await runner.query(
        `select pair_id as id from pair where map = $1 and key = $2
         union select pair_id from pair_row where map = $1 and side in ('fo', 'dataverse') and native_id = any($3)
         union select pair_id from pair where map = $1 and pair_id::text = lower($2)`,
        [map, keyOrId, [keyOrId, keyOrId.toLowerCase()]],
      )) as { id: string }[];
      const found = await Promise.all(ids.map(({ id }) => this.pairs.read(runner, id, rules)));
      return found.flatMap((pair) => (pair ? [pair] : []));
    });
  }

  waits(map: string, limit: number): Promise<readonly WaitingPair[]> {
    return this.reading((runner) => this.waitStore.list(runner, map, limit));
  }

  parked(map: string, limit: number): Promise<readonly ParkedPair[]> {
    return this.reading(
      async (runner) =>
        (await runner.query(
          `select pair_id as "pairId", key, coalesce(state::json->'x'->'parks', '[]') as parks, updated_at as since
           from pair where map = $1 and verdict = 'parked' order by updated_at desc limit $2`,
          [map, limit],
        )) as ParkedPair[],
    );
  }

  private async reading<T>(read: (runner: QueryRunner) => Promise<T>): Promise<T> {
    const runner = this.database.createQueryRunner();
    try {
      return await read(runner);
    } finally {
      await runner.release();
    }
  }
}
