import type { Side } from '@dualwrite/events';
import { restoredPair, type MapRules, type PairState } from '@dualwrite/planner';
import { kept, type SqlExecutor } from '@dualwrite/persistence';
import type { QueryRunner } from 'typeorm';
import type { NameLists } from './name-lists';
import { decodePair, encodePair, nameListIdsOf, nameListsOf, type StoredPair } from './pair-codec';
import { PairInHand } from './pair-in-hand';
import { PairRace } from './pair-race';

interface PairRecord {
  readonly pairId: string;
  readonly key: string | null;
  readonly rival: boolean;
  readonly verdict: PairState['verdict'];
  readonly mapVersion: number;
  readonly state: string;
}

export interface RowName {
  readonly side: Side;
  readonly nativeId: string;
}

const PAIR_COLUMNS = `pair_id as "pairId", key, rival, verdict, map_version as "mapVersion", state`;

/** Pairs in Postgres; a few statements for a whole batch, never one for a row. */
export class PairStore {
  constructor(
    private readonly lists: NameLists,
    private readonly life: { readonly epoch: number },
  ) {}

  /**
   * Sides that show rows whose key cannot be told yet: a partner that seems absent there may be one of them. Hardly ever
   * is there one: {@link lock} tells whether it is worth asking.
   */
  async sidesUntold(runner: QueryRunner, map: string): Promise<ReadonlySet<Side>> {
    const found = (await runner.query(
      `select s.side from unnest(array['fo', 'dataverse']) as s (side) where exists (
         select from pair p join pair_row r on r.pair_id = p.pair_id and r.side = s.side
         where p.map = $1 and p.key_wanted)`,
      [map],
    )) as { side: Side }[];
    return new Set(found.map(({ side }) => side));
  }

  /** Ids of the pairs that hold these keys. */
  async findByKeys(runner: QueryRunner, map: string, keys: readonly string[]): Promise<readonly string[]> {
    if (keys.length === 0) return [];
    const found = (await runner.query(
      `select pair_id as "pairId" from pair where map = $1 and key = any($2) and not rival`,
      [map, keys],
    )) as { pairId: string }[];
    return found.map(({ pairId }) => pairId);
  }

  /**
   * Locks the pairs of these rows and those with these ids, in the order of ids, so that two replicas never wait for each
   * other in a circle.
   *
   * @param asked `required` were found a moment ago, `optional` may be gone or of another map
   * @returns the pairs, which pair each row belongs to, by `SIDE/NATIVE_ID`, and whether any pair of the map wants a key
   * @throws {PairRace} a required one, or that of a row, has gone meanwhile
   */
  async lock(
    runner: QueryRunner,
    asked: {
      readonly rows: readonly RowName[];
      readonly required: readonly string[];
      readonly optional: readonly string[];
    },
    rules: MapRules,
  ): Promise<{ pairs: PairInHand[]; pairIdByRow: ReadonlyMap<string, string>; hasUntold: boolean }> {
    const { rows, required, optional } = asked;
    // The map is no condition on the pairs: Postgres might then go by the map, and through all its pairs. Rows are looked
    // up by their key, one by one (`limit`): a join with hundreds of them may as well go through all rows of the map.
    const found = (await runner.query(
      kept(`with led as materialized (
         select q.side, q.native_id, r.pair_id from unnest($2::text[], $3::text[]) as q (side, native_id)
         cross join lateral (select pair_id from pair_row
           where map = $1 and side = q.side and native_id = q.native_id limit 1) r),
       held as materialized (
         select * from pair where pair_id = any(array(select pair_id from led) || $4::uuid[]) order by pair_id for update)
       select ${PAIR_COLUMNS}, map, null as "row" from held
       union all select pair_id, null, null, null, null, null, null, side || '/' || native_id from led
       union all select null, null, null, null, null, null, null, null
         from (select 1 from pair where map = $1 and key_wanted limit 1) untold`),
      [
        rules.name,
        rows.map(({ side }) => side),
        rows.map(({ nativeId }) => nativeId),
        [...required, ...optional],
      ],
    )) as (
      | (PairRecord & { map: string; row: null })
      | { pairId: string; row: string }
      | { pairId: null; row: null; map: null }
    )[];
    const records = found.flatMap((one) =>
      one.row === null && one.pairId !== null && one.map === rules.name ? [one] : [],
    );
    const pairIdByRow = new Map(
      found.flatMap((one) => (one.row === null ? [] : [[one.row, one.pairId] as const])),
    );
    const lockedIds = new Set(records.map(({ pairId }) => pairId));
    if (![...required, ...pairIdByRow.values()].every((pairId) => lockedIds.has(pairId))) {
      throw new PairRace('a pair was taken in by another meanwhile');
    }
    const stored = records.map(({ state }) => JSON.parse(state) as StoredPair);
    await this.lists.load(runner, stored.flatMap(nameListIdsOf));
    const pairs = records.map((record, index) => {
      const state = this.decode(record, stored[index] as StoredPair, rules);
      return new PairInHand(state, { isNew: false, rival: record.rival });
    });
    return { pairs, pairIdByRow, hasUntold: found.some(({ pairId }) => pairId === null) };
  }

  /** One pair for people to look at; no lock. */
  async read(runner: QueryRunner, pairId: string, rules: MapRules): Promise<PairState | undefined> {
    const [record] = (await runner.query(`select ${PAIR_COLUMNS} from pair where pair_id = $1`, [
      pairId,
    ])) as PairRecord[];
    if (!record) return undefined;
    const stored = JSON.parse(record.state) as StoredPair;
    await this.lists.load(runner, nameListIdsOf(stored));
    return this.decode(record, stored, rules);
  }

  /**
   * Pairs that go by any of these names; no lock. Each name is looked up in an index of its own, however many pairs the map
   * has: the map is no condition on the pairs themselves, and each of the two indexes by key is asked as it is declared.
   */
  async findNamed(
    runner: QueryRunner,
    names: Readonly<Record<'keys' | 'nativeIds' | 'pairIds', readonly string[]>>,
    rules: MapRules,
  ): Promise<PairState[]> {
    const found = (await runner.query(
      `with named as materialized (
         select pair_id from pair where map = $1 and key = any($2) and key is not null and not rival
         union select pair_id from pair where map = $1 and key = any($2) and rival
         union select pair_id from pair_row where map = $1 and side in ('fo', 'dataverse') and native_id = any($3)
         union select unnest($4::uuid[]))
       select ${PAIR_COLUMNS}, map from pair where pair_id = any(array(select pair_id from named))`,
      [rules.name, names.keys, names.nativeIds, names.pairIds],
    )) as (PairRecord & { map: string })[];
    const records = found.filter(({ map }) => map === rules.name);
    const stored = records.map(({ state }) => JSON.parse(state) as StoredPair);
    await this.lists.load(runner, stored.flatMap(nameListIdsOf));
    return records.map((record, index) => this.decode(record, stored[index] as StoredPair, rules));
  }

  /**
   * Stores what has changed.
   *
   * @param bundle runs at the end of the transaction, and takes what may wait for that
   * @throws {PairRace} another transaction has made a pair for one of these keys or rows meanwhile: do it all again
   */
  async save(
    runner: QueryRunner,
    map: string,
    pairs: readonly PairInHand[],
    rules: MapRules,
    bundle: SqlExecutor,
  ): Promise<void> {
    const adopted = pairs.filter(({ adoptedBy, isNew }) => adoptedBy !== null && !isNew);
    const kept = pairs.filter(({ adoptedBy }) => adoptedBy === null);
    const changed = kept.filter(({ isChanged }) => isChanged);
    await this.lists.learn(changed.flatMap(({ state }) => nameListsOf(state, this.lists)));
    // Rows of an adopted pair lead to its heir before it goes.
    await this.moveRows(runner, adopted);
    if (adopted.length > 0) {
      const ids = adopted.map(({ pairId }) => pairId);
      for (const table of ['due', 'wait', 'park', 'pair']) {
        await runner.query(`delete from ${table} where pair_id = any($1)`, [ids]);
      }
    }
    // A key that moves from one pair to another is given up before it is taken.
    await this.releaseKeys(runner, changed);
    const made = changed.filter(({ isNew }) => isNew);
    const moved = changed.filter(({ isNew }) => !isNew);
    // A new pair may need what an old one lets go of here.
    await this.update(runner, moved, rules, made.length > 0 ? runner : bundle);
    await this.insert(runner, map, made, rules);
    await this.giveRows(runner, map, kept, pairs);
  }

  private async moveRows(runner: QueryRunner, adopted: readonly PairInHand[]): Promise<void> {
    if (adopted.length === 0) return;
    await runner.query(
      `update pair_row r set pair_id = q.heir from unnest($1::uuid[], $2::uuid[]) as q (pair_id, heir)
       where r.pair_id = q.pair_id`,
      [adopted.map(({ pairId }) => pairId), adopted.map(({ adoptedBy }) => adoptedBy)],
    );
  }

  private async releaseKeys(runner: QueryRunner, pairs: readonly PairInHand[]): Promise<void> {
    const moved = pairs.filter(
      ({ stored, state }) => stored !== null && stored.key !== null && stored.key !== state.key,
    );
    if (moved.length === 0) return;
    await runner.query(`update pair set key = null where pair_id = any($1)`, [
      moved.map(({ pairId }) => pairId),
    ]);
  }

  private async update(
    runner: QueryRunner,
    pairs: readonly PairInHand[],
    rules: MapRules,
    executor: SqlExecutor,
  ): Promise<void> {
    if (pairs.length === 0) return;
    const taken = pairs.filter(
      ({ stored, state, rival, storedRival }) => stored?.key !== state.key || rival !== storedRival,
    );
    if (taken.length > 0) await this.refuseTakenKeys(runner, taken, rules.name);
    await executor.query(
      kept(`update pair p set key = q.key, rival = q.rival, state = q.state, verdict = q.verdict,
         open_count = q.open_count, map_version = q.map_version, key_wanted = q.key_wanted, updated_at = now()
       from unnest($1::uuid[], $2::text[], $3::boolean[], string_to_array($4, E'\\n'), $5::text[], $6::int[], $7::int[],
         $8::boolean[]) as q (pair_id, key, rival, state, verdict, open_count, map_version, key_wanted)
       where p.pair_id = q.pair_id and p.pair_id = any($1::uuid[])`),
      this.columns(pairs, rules),
    );
  }

  private async insert(
    runner: QueryRunner,
    map: string,
    pairs: readonly PairInHand[],
    rules: MapRules,
  ): Promise<void> {
    if (pairs.length === 0) return;
    // In the order of keys: two replicas that make the same pairs wait for each other once, never in a circle.
    const sorted = [...pairs].sort((a, b) => ((a.state.key ?? '') < (b.state.key ?? '') ? -1 : 1));
    const made = (await runner.query(
      `insert into pair (pair_id, key, rival, state, verdict, open_count, map_version, key_wanted, map)
       select q.*, $9 from unnest($1::uuid[], $2::text[], $3::boolean[], string_to_array($4, E'\\n'), $5::text[], $6::int[],
         $7::int[], $8::boolean[]) as q
       on conflict do nothing returning pair_id`,
      [...this.columns(sorted, rules), map],
    )) as unknown[];
    if (made.length < pairs.length) throw new PairRace('a pair with the same key was made meanwhile');
  }

  /** `update` cannot say "on conflict": a key that somebody holds is found before Postgres refuses it. */
  private async refuseTakenKeys(
    runner: QueryRunner,
    pairs: readonly PairInHand[],
    map: string,
  ): Promise<void> {
    const holders = (await runner.query(
      `select 1 from pair p join unnest($2::text[], $3::uuid[]) as q (key, pair_id) on p.key = q.key
       where p.map = $1 and not p.rival and p.pair_id <> all($3::uuid[]) limit 1`,
      [map, pairs.map(({ state, rival }) => (rival ? null : state.key)), pairs.map(({ pairId }) => pairId)],
    )) as unknown[];
    if (holders.length > 0) throw new PairRace('a key was taken by another pair meanwhile');
  }

  /** A row may move between pairs that are both locked here; if another pair has it, that one has to be locked, too. */
  private async giveRows(
    runner: QueryRunner,
    map: string,
    pairs: readonly PairInHand[],
    locked: readonly PairInHand[],
  ): Promise<void> {
    const byName = new Map(
      pairs.flatMap(({ pairId, newRows }) =>
        newRows.map((row) => [rowName(row), { ...row, pairId }] as const),
      ),
    );
    if (byName.size === 0) return;
    const rows = [...byName.values()].sort((a, b) => (rowName(a) < rowName(b) ? -1 : 1));
    const given = (await runner.query(
      `insert into pair_row as r (map, side, native_id, pair_id)
       select $1, q.* from unnest($2::text[], $3::text[], $4::uuid[]) as q
       on conflict (map, side, native_id) do update set pair_id = excluded.pair_id where r.pair_id = any($5)
       returning side, native_id as "nativeId"`,
      [
        map,
        rows.map(({ side }) => side),
        rows.map(({ nativeId }) => nativeId),
        rows.map(({ pairId }) => pairId),
        locked.filter(({ isNew }) => !isNew).map(({ pairId }) => pairId),
      ],
    )) as RowName[];
    if (given.length === rows.length) return;
    const names = new Set(given.map(rowName));
    throw new PairRace('a row belongs to another pair', {
      rows: rows.filter((row) => !names.has(rowName(row))),
    });
  }

  private columns(pairs: readonly PairInHand[], rules: MapRules): unknown[] {
    return [
      pairs.map(({ pairId }) => pairId),
      pairs.map(({ state }) => state.key),
      pairs.map(({ rival }) => rival),
      // One text instead of an array: JSON has no line breaks, so nothing needs to be quoted on either end.
      pairs.map(({ state }) => JSON.stringify(encodePair(state, rules.fields, this.lists))).join('\n'),
      pairs.map(({ state }) => state.verdict),
      pairs.map(({ state }) => state.intents.length),
      pairs.map(({ state }) => state.mapVersion),
      pairs.map(({ isKeyWanted }) => isKeyWanted),
    ];
  }

  private decode(record: PairRecord, stored: StoredPair, rules: MapRules): PairState {
    const { pairId, key, verdict, mapVersion } = record;
    const pair = decodePair(stored, { pairId, key, verdict, mapVersion }, rules.fields, this.lists);
    // Rule 24: stored before the database was restored. Told when it is read, so that a restore touches no pair itself.
    return pair.epoch < this.life.epoch ? restoredPair(pair, this.life.epoch) : pair;
  }
}

export function rowName({ side, nativeId }: RowName): string {
  return `${side}/${nativeId}`;
}
