import { createHash } from 'node:crypto';
import { SIDES, type Side } from '@dualwrite/events';
import type { FreshRow, PairView } from '@dualwrite/proof';
import type { DataSource, QueryRunner } from 'typeorm';

/** Portions that rows are put aside in once they are too many: told apart by one byte of a digest. */
const PORTION_COUNT = 256;
/** Rows and pairs, of both sides and all maps together: with twenty columns each some 10 MB, and twice that while they are sent. */
const ROWS_HELD_MAX = 4_000;

type Rows = Readonly<Record<Side, readonly FreshRow[]>>;

interface Held {
  readonly map: string;
  readonly side: Side;
  readonly portion: number;
  readonly rows: FreshRow[];
}

/**
 * Rows of one look and the pairs that hold them, put aside in temporary tables of Postgres once they are too many for our
 * memory. They go with their connection, whatever becomes of this process.
 */
export class RowSpool {
  private readonly held = new Map<string, Held>();
  private readonly heldPairs = new Map<string, PairView[]>();
  private heldCount = 0;
  private runner: QueryRunner | undefined;

  constructor(
    private readonly database: DataSource,
    private readonly rowsHeldMax = ROWS_HELD_MAX,
  ) {}

  /** @param name rows of one name are told together */
  async add(map: string, side: Side, name: string, row: FreshRow): Promise<void> {
    const portion = portionOf(name);
    const id = `${map} ${side} ${portion}`;
    const held = this.held.get(id) ?? { map, side, portion, rows: [] };
    held.rows.push(row);
    this.held.set(id, held);
    this.heldCount += 1;
    if (this.heldCount >= this.rowsHeldMax) await this.putAside();
  }

  async addPair(map: string, pair: PairView): Promise<void> {
    const held = this.heldPairs.get(map) ?? [];
    held.push(pair);
    this.heldPairs.set(map, held);
    this.heldCount += 1;
    if (this.heldCount >= this.rowsHeldMax) await this.putAside();
  }

  /** Pairs that hold one of these rows, once all have been added. */
  async pairsOf(map: string, rows: Rows): Promise<readonly PairView[]> {
    if (!this.runner) return this.heldPairs.get(map) ?? [];
    if (this.heldCount > 0) await this.putAside();
    const ids = (side: Side): readonly string[] => rows[side].map(({ nativeId }) => nativeId);
    const found = (await this.runner.query(
      `select pair from looked_pairs where map = $1 and fo = any($2)
       union select pair from looked_pairs where map = $1 and dataverse = any($3)`,
      [map, ids('fo'), ids('dataverse')],
    )) as { pair: string }[];
    return found.map(({ pair }) => JSON.parse(pair) as PairView);
  }

  /** Everything of a map, once all has been added. */
  async *portions(map: string): AsyncGenerator<Rows> {
    if (!this.runner) {
      const own = [...this.held.values()].filter((held) => held.map === map);
      yield { fo: rowsOf(own, 'fo'), dataverse: rowsOf(own, 'dataverse') };
      return;
    }
    if (this.heldCount > 0) await this.putAside();
    for (let portion = 0; portion < PORTION_COUNT; portion += 1) {
      const found = (await this.runner.query(
        `select side, rows from looked_rows where map = $1 and portion = $2`,
        [map, portion],
      )) as { side: Side; rows: string }[];
      const rows: Record<Side, FreshRow[]> = { fo: [], dataverse: [] };
      for (const one of found) rows[one.side].push(...(JSON.parse(one.rows) as FreshRow[]));
      if (SIDES.some((side) => rows[side].length > 0)) yield rows;
    }
  }

  async close(): Promise<void> {
    this.held.clear();
    this.heldPairs.clear();
    const { runner } = this;
    this.runner = undefined;
    if (!runner) return;
    try {
      await runner.query(`drop table looked_rows, looked_pairs`);
    } finally {
      await runner.release();
    }
  }

  private async putAside(): Promise<void> {
    this.runner ??= await this.open();
    const all = [...this.held.values()];
    const pairs = [...this.heldPairs].flatMap(([map, own]) => own.map((pair) => ({ map, pair })));
    this.held.clear();
    this.heldPairs.clear();
    this.heldCount = 0;
    await this.runner.query(
      `insert into looked_pairs (map, fo, dataverse, pair)
       select * from unnest($1::text[], $2::text[], $3::text[], $4::text[])`,
      [
        pairs.map(({ map }) => map),
        pairs.map(({ pair }) => pair.rows.fo?.nativeId ?? null),
        pairs.map(({ pair }) => pair.rows.dataverse?.nativeId ?? null),
        pairs.map(({ pair }) => JSON.stringify(pair)),
      ],
    );
    await this.runner.query(
      `insert into looked_rows (map, side, portion, rows)
       select * from unnest($1::text[], $2::text[], $3::smallint[], $4::text[])`,
      [
        all.map(({ map }) => map),
        all.map(({ side }) => side),
        all.map(({ portion }) => portion),
        all.map(({ rows }) => JSON.stringify(rows)),
      ],
    );
  }

  private async open(): Promise<QueryRunner> {
    const runner = this.database.createQueryRunner();
    try {
      await makeTables(runner);
      return runner;
    } catch (error) {
      await runner.release();
      throw error;
    }
  }
}

async function makeTables(runner: QueryRunner): Promise<void> {
  // Of a look that could not put them away; the pool has kept its connection.
  await runner.query(`drop table if exists looked_rows, looked_pairs`);
  await runner.query(
    `create temporary table looked_rows (map text not null, side text not null, portion smallint not null, rows text not null)`,
  );
  await runner.query(`create index on looked_rows (map, portion)`);
  await runner.query(
    `create temporary table looked_pairs (map text not null, fo text, dataverse text, pair text not null)`,
  );
  for (const side of SIDES) await runner.query(`create index on looked_pairs (map, ${side})`);
}

function portionOf(name: string): number {
  return createHash('sha1').update(name).digest()[0] ?? 0;
}

function rowsOf(held: readonly Held[], side: Side): readonly FreshRow[] {
  return held.filter((one) => one.side === side).flatMap(({ rows }) => rows);
}
