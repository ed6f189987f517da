import type { MigrationInterface, QueryRunner } from 'typeorm';
import { kept } from './kept-statements';
import type { SqlExecutor } from './statement-bundle';

/** What a database says of itself: which of its lives this is, and how far it has come in it. */
export interface StoreEpoch {
  /** Grows each time the database was restored from a backup. */
  readonly epoch: number;
  /** Counted up by every replica, again and again; int64 as a decimal string. */
  readonly beat: string;
}

/** The one row, locked until the transaction ends: replicas that start together decide one after the other. */
export async function lockStoreEpoch(runner: QueryRunner): Promise<StoreEpoch> {
  await runner.query('INSERT INTO store_epoch (epoch, beat) VALUES (1, 0) ON CONFLICT DO NOTHING');
  const [row] = (await runner.query(
    'SELECT epoch, beat::text AS beat FROM store_epoch FOR UPDATE',
  )) as StoreEpoch[];
  return row ?? { epoch: 1, beat: '0' };
}

/** @param settleMs from now on so long, nothing may be begun that relies on earlier work being over */
export async function beginStoreEpoch(
  runner: QueryRunner,
  { epoch, beat }: StoreEpoch,
  settleMs: number,
): Promise<void> {
  await runner.query(
    `UPDATE store_epoch SET epoch = $1, beat = $2, settled_at = clock_timestamp() + $3 * interval '1 ms'`,
    [epoch, beat, settleMs],
  );
}

export async function readStoreEpoch(executor: SqlExecutor): Promise<StoreEpoch | undefined> {
  const [row] = (await executor.query(
    kept('SELECT epoch, beat::text AS beat FROM store_epoch WHERE only_row'),
  )) as StoreEpoch[];
  return row;
}

export async function countStoreBeat(runner: QueryRunner): Promise<StoreEpoch | undefined> {
  const [rows] = (await runner.query(
    'UPDATE store_epoch SET beat = beat + 1 RETURNING epoch, beat::text AS beat',
  )) as [StoreEpoch[], number];
  return rows[0];
}

/** How long it is, by the database's clock, until nothing of the life before can have an effect any more. */
export async function storeSettlesInMs(runner: QueryRunner): Promise<number> {
  const [row] = (await runner.query(
    `SELECT greatest(0, ceil(extract(epoch FROM settled_at - clock_timestamp()) * 1000))::int AS ms FROM store_epoch`,
  )) as { ms: number | null }[];
  return row?.ms ?? 0;
}

/** List it among the migrations of `openDatabase` where StoreLife (libs/service) is used. */
export class CreateStoreEpoch1700000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE store_epoch (
        only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
        epoch int NOT NULL,
        beat bigint NOT NULL,
        settled_at timestamptz
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE store_epoch');
  }
}

export const storeEpochMigration = CreateStoreEpoch1700000000002;
