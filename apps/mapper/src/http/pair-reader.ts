import { Injectable } from '@nestjs/common';
import type { Side } from '@dualwrite/events';
import { askedKeys } from '@dualwrite/maps';
import type { PairState, Park, Seen } from '@dualwrite/planner';
import { DataSource, type QueryRunner } from 'typeorm';
import { ParkStore, type ParkGroup } from '../parks/park-store';
import { PairStore } from '../pairs/pair-store';
import { MapRuns } from '../runs/map-runs';
import { conflictView, type ConflictView } from './conflict-view';
import { WaitStore, type WaitingPair } from '../waits/wait-store';

export interface ParkedPair {
  readonly pairId: string;
  readonly key: string | null;
  readonly parks: readonly Park[];
  readonly since: string;
}

/** A pair as it stands, without its history: what it is held against when somebody asks whether all is well. */
export interface PairSummary {
  readonly pairId: string;
  readonly key: string | null;
  readonly verdict: PairState['verdict'];
  readonly parks: readonly string[];
  /** Writes without an answer. */
  readonly open: number;
  readonly rows: Readonly<
    Record<
      Side,
      { readonly nativeId: string; readonly rowId: string | null; readonly version: string | null } | null
    >
  >;
  /** Ids of rows whose life has ended. */
  readonly ended: Readonly<Record<Side, readonly string[]>>;
}

export interface PairPage {
  readonly pairs: readonly PairSummary[];
  /** Id to go on behind; null: that was the last page. */
  readonly nextAfter: string | null;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Pairs as people look at them; takes no lock. */
@Injectable()
export class PairReader {
  private readonly waitStore = new WaitStore();
  private readonly parks = new ParkStore();

  constructor(
    private readonly database: DataSource,
    private readonly runs: MapRuns,
    private readonly pairs: PairStore,
  ) {}

  /**
   * By business key in whatever case, by native id of either side, or by pair id.
   *
   * @returns `undefined`: this replica does not know the map
   */
  async find(map: string, keyOrId: string): Promise<PairState[] | undefined> {
    const rules = this.runs.rulesOf(map);
    if (!rules) return undefined;
    return this.reading(async (runner) => {
      const nativeIds = [keyOrId, keyOrId.toLowerCase()];
      const pairIds = UUID.test(keyOrId) ? [keyOrId] : [];
      return this.pairs.findNamed(runner, { keys: askedKeys(keyOrId), nativeIds, pairIds }, rules);
    });
  }

  /** `undefined`: this replica does not know the map. */
  async summaries(map: string, keyOrId: string): Promise<readonly PairSummary[] | undefined> {
    return (await this.find(map, keyOrId))?.map(summaryOf);
  }

  /**
   * All pairs of a map, page by page in the order of their ids.
   *
   * @returns `undefined`: this replica does not know the map
   */
  async page(
    map: string,
    { after, limit }: { readonly after: string; readonly limit: number },
  ): Promise<PairPage | undefined> {
    const rules = this.runs.rulesOf(map);
    if (!rules) return undefined;
    return this.reading(async (runner) => {
      const ids = (await runner.query(
        `select pair_id as id from pair where map = $1 and pair_id > $2 order by pair_id limit $3`,
        [map, after, limit],
      )) as { id: string }[];
      const pairs: PairSummary[] = [];
      for (const { id } of ids) {
        const pair = await this.pairs.read(runner, id, rules);
        if (pair) pairs.push(summaryOf(pair));
      }
      return { pairs, nextAfter: ids.length < limit ? null : (ids.at(-1)?.id ?? null) };
    });
  }

  waits(map: string, limit: number): Promise<readonly WaitingPair[]> {
    return this.reading((runner) => this.waitStore.list(runner, map, limit));
  }

  /** @param group only those of this fingerprint, held ones included */
  parked(
    map: string,
    { limit, group }: { readonly limit: number; readonly group?: string | undefined },
  ): Promise<readonly ParkedPair[]> {
    return this.reading(
      async (runner) =>
        (await runner.query(
          `select pair_id as "pairId", key, coalesce(state::json->'x'->'parks', '[]') as parks, updated_at as since
           from pair where map = $1 and case when $3::text is null then verdict = 'parked' else
             pair_id in (select pair_id from park where map = $1 and fingerprint = $3 and ended_at is null) end
           order by updated_at desc limit $2`,
          [map, limit, group ?? null],
        )) as ParkedPair[],
    );
  }

  parkGroups(map: string | undefined, limit: number): Promise<readonly ParkGroup[]> {
    return this.reading((runner) => this.parks.groups(runner, { map, limit }));
  }

  /** @returns `undefined`: this replica does not know the map */
  async conflicts(map: string, keyOrId: string): Promise<readonly ConflictView[] | undefined> {
    const rules = this.runs.rulesOf(map);
    const found = await this.find(map, keyOrId);
    if (!rules || !found) return undefined;
    return this.reading((runner) => Promise.all(found.map((pair) => conflictView(runner, pair, rules))));
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

function summaryOf(pair: PairState): PairSummary {
  const { pairId, key, verdict, parks, intents, seen, lives } = pair;
  const ended = lives.filter((life) => life.ended);
  return {
    pairId,
    key,
    verdict,
    parks: parks.map(({ reason }) => reason),
    open: intents.length,
    rows: { fo: rowOf(seen.fo), dataverse: rowOf(seen.dataverse) },
    ended: {
      fo: ended.flatMap(({ ids }) => ids.fo),
      dataverse: ended.flatMap(({ ids }) => ids.dataverse),
    },
  };
}

function rowOf({ nativeId, row }: Seen): PairSummary['rows'][Side] {
  return nativeId === null ? null : { nativeId, rowId: row?.id ?? null, version: row?.version ?? null };
}
