import type { MigrationInterface, QueryRunner } from 'typeorm';
import { InvariantBroken } from '@dualwrite/telemetry';
import { markAppended } from './outbox-kick';
import { unnest, type UnnestColumns } from './unnest';

/** What a transaction says on Kafka; the shape of libs/kafka's outgoing record. */
export interface OutboxRecord {
  readonly topic: string;
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly partition?: number;
}

/** A larger value would be refused by Kafka later on, and everything behind it would wait: check before. */
export const OUTBOX_VALUE_BYTES_MAX = 1_048_576;

const COLUMNS: UnnestColumns<OutboxRecord> = {
  topic: ['text', (record) => record.topic],
  key: ['text', (record) => record.key],
  value: ['bytea', (record) => record.value],
  headers: ['jsonb', (record) => record.headers ?? {}],
  part: ['int', (record) => record.partition ?? null],
};

/**
 * Stores records in the transaction of the change that they tell of. Append only after the locks of the rows concerned
 * are held: ids are drawn here, and their order is the order of publishing.
 */
export async function appendOutbox(runner: QueryRunner, records: readonly OutboxRecord[]): Promise<void> {
  if (records.length === 0) return;
  for (const { topic, key, value } of records) {
    if ((value?.length ?? 0) > OUTBOX_VALUE_BYTES_MAX) {
      throw new InvariantBroken('a record is too large for Kafka', { topic, key, bytes: value?.length });
    }
  }
  const rows = unnest(records, COLUMNS);
  await runner.query(
    `INSERT INTO outbox (topic, key, value, headers, partition)
     SELECT topic, key, value, headers, part FROM ${rows.sql} ORDER BY n`,
    rows.parameters,
  );
  markAppended(runner);
}

/** The same table in every service: list it among the migrations of `openDatabase`. */
export class CreateOutbox1700000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE outbox (
        id bigserial PRIMARY KEY,
        topic text NOT NULL,
        key text,
        value bytea,
        headers jsonb NOT NULL DEFAULT '{}',
        partition int,
        created_at timestamptz NOT NULL DEFAULT now()
      )`);
    // Every row dies within milliseconds: vacuum by count, or scans from the lowest id wade through the dead.
    await runner.query(`
      ALTER TABLE outbox SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
                              autovacuum_vacuum_cost_delay = 0)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE outbox');
  }
}

export const outboxMigration = CreateOutbox1700000000000;
