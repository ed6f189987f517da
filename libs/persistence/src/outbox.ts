import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { InvariantBroken } from '@dualwrite/telemetry';
import { kept } from './kept-statements';
import { kickerOf, markAppended } from './outbox-kick';
import type { SqlExecutor } from './statement-bundle';
import { unnest, type UnnestClause, type UnnestColumns } from './unnest';

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

interface OwnedRecord {
  readonly record: OutboxRecord;
  readonly owner: string | null;
}

/** A record and where its value stands among all values. */
interface PlacedRecord extends OwnedRecord {
  readonly firstByte: number;
}

const COLUMNS: UnnestColumns<PlacedRecord> = {
  topic: ['text', ({ record }) => record.topic],
  key: ['text', ({ record }) => record.key],
  first_byte: ['int', ({ firstByte }) => firstByte],
  byte_count: ['int', ({ record }) => record.value?.length ?? null],
  headers: ['jsonb', ({ record }) => record.headers ?? {}],
  part: ['int', ({ record }) => record.partition ?? null],
  owner: ['text', ({ owner }) => owner],
};

/**
 * Stores records in the transaction of the change that they tell of. Append only after the locks of the rows concerned
 * are held: ids are drawn here, and their order is the order of publishing.
 *
 * @param executor a bundle of the same transaction, if the insert is to go with others
 */
export async function appendOutbox(
  runner: QueryRunner,
  records: readonly OutboxRecord[],
  executor: SqlExecutor = runner,
): Promise<void> {
  if (records.length === 0) return;
  const insert = outboxInsert(
    records.map((record) => ({ record, owner: null })),
    1,
  );
  await executor.query(kept(`${insert.sql} order by n`), insert.parameters);
  markAppended(runner);
}

/**
 * The insert as part of a larger statement, open at its end for a condition on `owner` and an order by `n`. Who runs it
 * says so with {@link announceAppended}.
 *
 * @param owner what the record depends on in that statement
 */
export function outboxInsert(owned: readonly OwnedRecord[], firstParameter: number): UnnestClause {
  for (const { record } of owned) {
    const { topic, key, value } = record;
    if ((value?.length ?? 0) > OUTBOX_VALUE_BYTES_MAX) {
      throw new InvariantBroken('a record is too large for Kafka', { topic, key, bytes: value?.length });
    }
  }
  // All values as one run of bytes: an array of them would travel as text, two digits and more for every byte.
  const rows = unnest(placed(owned), COLUMNS, { firstParameter: firstParameter + 1 });
  const values = Buffer.concat(owned.flatMap(({ record }) => record.value ?? []));
  const insert = `insert into outbox (topic, key, value, headers, partition)
    select topic, key, substring($${firstParameter}::bytea from first_byte for byte_count), headers, part
    from ${rows.sql}`;
  return { sql: insert, parameters: [values, ...rows.parameters] };
}

/** Postgres counts bytes from 1. */
function placed(owned: readonly OwnedRecord[]): PlacedRecord[] {
  let firstByte = 1;
  return owned.map((one) => {
    const place = { ...one, firstByte };
    firstByte += one.record.value?.length ?? 0;
    return place;
  });
}

/** Wakes the publisher: at once after a statement of its own, or else when the transaction commits. */
export function announceAppended(executor: DataSource | QueryRunner): void {
  if (executor instanceof DataSource) kickerOf(executor)?.kick();
  else markAppended(executor);
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
