import { inTransaction } from '@dualwrite/persistence';
import type { DataSource, QueryRunner } from 'typeorm';

const DAY_MS = 86_400_000;
/** A reader that takes long must not hold up the writers behind us for longer than this. */
const LOCK_TIMEOUT_MS = 2_000;
const PARTITION_NAME = /^[a-z_]+_(\d{4})(\d{2})(\d{2})$/;

/** Tables that are cut by day. */
export const DAILY_TABLES = ['journal', 'tally'] as const;

/** The days of tables that are partitioned by time: made ahead, and dropped as a whole when they are too old. */
export class Partitions {
  private readonly made = new Set<string>();

  constructor(private readonly database: DataSource) {}

  /** @param days `2026-11-23`; those that are there cost nothing */
  async ensure(days: Iterable<string>): Promise<void> {
    const missing = [...new Set(days)].filter((day) => !this.made.has(day)).sort();
    if (missing.length === 0) return;
    await inTransaction(this.database, async (runner) => {
      await lockPartitions(runner);
      for (const day of missing) for (const table of DAILY_TABLES) await makePartition(runner, table, day);
    });
    for (const day of missing) this.made.add(day);
  }

  /** What is there is looked up anew. */
  forget(): void {
    this.made.clear();
  }

  /**
   * Drops whole days.
   *
   * @param beforeDay the first day that stays
   * @param onDropped in the same transaction: where it is written down
   * @returns days that were dropped
   */
  async drop(
    beforeDay: string,
    onDropped: (runner: QueryRunner, days: readonly string[]) => Promise<void>,
  ): Promise<readonly string[]> {
    return inTransaction(this.database, async (runner) => {
      await lockPartitions(runner);
      await runner.query(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`);
      const dropped = new Set<string>();
      for (const table of DAILY_TABLES) {
        for (const { name, day } of await partitionsOf(runner, table)) {
          if (day >= beforeDay) continue;
          await runner.query(`DROP TABLE ${name}`);
          this.made.delete(day);
          dropped.add(day);
        }
      }
      const days = [...dropped].sort();
      if (days.length > 0) await onDropped(runner, days);
      return days;
    });
  }
}

/** Day of a moment, in UTC. */
export function dayOf(moment: number): string {
  return new Date(moment).toISOString().slice(0, 10);
}

/** Made apart and attached: readers and writers of the other days go on meanwhile. */
async function makePartition(runner: QueryRunner, table: string, day: string): Promise<void> {
  const name = `${table}_${day.replaceAll('-', '')}`;
  if (!PARTITION_NAME.test(name)) throw new TypeError(`not a day: ${day}`);
  const [found]: { there: boolean }[] = await runner.query(`SELECT to_regclass($1) IS NOT NULL AS there`, [
    name,
  ]);
  if (found?.there === true) return;
  const from = `${day}T00:00:00Z`;
  const to = new Date(Date.parse(from) + DAY_MS).toISOString();
  await runner.query(`CREATE TABLE ${name} (LIKE ${table} INCLUDING ALL)`);
  await runner.query(
    `ALTER TABLE ${table} ATTACH PARTITION ${name} FOR VALUES FROM ('${from}') TO ('${to}')`,
  );
}

async function partitionsOf(runner: QueryRunner, table: string): Promise<{ name: string; day: string }[]> {
  const rows: { name: string }[] = await runner.query(
    `SELECT child.relname AS name FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid
     WHERE inhparent = to_regclass($1)`,
    [table],
  );
  return rows.flatMap(({ name }) => {
    const [, year, month, day] = PARTITION_NAME.exec(name) ?? [];
    return year === undefined ? [] : [{ name, day: `${year}-${month}-${day}` }];
  });
}

/** Two replicas never make or drop the same day at once. */
function lockPartitions(runner: QueryRunner): Promise<unknown> {
  return runner.query(`SELECT pg_advisory_xact_lock(hashtextextended('partitions:' || current_schema(), 0))`);
}
