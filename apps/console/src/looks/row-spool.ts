import { createHash } from 'node:crypto';
import { SIDES, type Side } from '@dualwrite/events';
import type { FreshRow } from '@dualwrite/proof';
import type { DataSource, QueryRunner } from 'typeorm';

/** Portions that rows are put aside in once they are too many; a power of two, at most 256 (one byte of a digest). */
const PORTION_COUNT = 64;
/** Of both sides and all maps together; some 50 MB of rows with fifty columns each. */
export const ROWS_HELD_MAX = 20_000;

type Rows = Readonly<Record<Side, readonly FreshRow[]>>;

interface Held {
  readonly map: string;
  readonly side: Side;
  readonly portion: number;
  readonly rows: FreshRow[];
}

/**
 * Rows of one look, put aside in a temporary table of Postgres once they are too many for our memory. It goes with its
 * connection, whatever becomes of this process.
 */
export class RowSpool {
  private readonly held = new Map<string, Held>();
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
    const { runner } = this;
    this.runner = undefined;
    if (!runner) return;
    try {
      await runner.query(`drop table looked_rows`);
    } finally {
      await runner.release();
    }
  }

  private async putAside(): Promise<void> {
    this.runner ??= await this.open();
    const all = [...this.held.values()];
    this.held.clear();
    this.heldCount = 0;
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
    await runner.query(
      `create temporary table looked_rows (map text not null, side text not null, portion smallint not null, rows text not null)`,
    );
    await runner.query(`create index on looked_rows (map, portion)`);
    return runner;
  }
}

function portionOf(name: string): number {
  return (createHash('sha1').update(name).digest()[0] ?? 0) % PORTION_COUNT;
}

function rowsOf(held: readonly Held[], side: Side): readonly FreshRow[] {
  return held.filter((one) => one.side === side).flatMap(({ rows }) => rows);
}
