import { Kafka, logLevel, Partitioners, type EachBatchPayload, type KafkaMessage } from 'kafkajs';
import { Pool, type PoolClient } from 'pg';

/**
 * The reference: what anybody would write with kafkajs and pg. Per batch one transaction: select the rows of the
 * messages' keys, merge, upsert one row per message, commit; then produce one message for each and commit the offsets.
 * No libraries of ours. Prints one line with its rate and ends.
 */
interface Settings {
  readonly brokers: string[];
  readonly databaseUrl: string;
  readonly group: string;
  readonly topic: string;
  readonly outputTopic: string;
  readonly table: string;
  readonly messageCount: number;
}

const settings = JSON.parse(process.env['BENCH_REFERENCE'] ?? '{}') as Settings;
const BATCH_COUNT_MAX = 500;
const CONCURRENCY = 4;

async function main(): Promise<void> {
  const kafka = new Kafka({
    clientId: 'bench-reference',
    brokers: settings.brokers,
    logLevel: logLevel.ERROR,
  });
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  const consumer = kafka.consumer({ groupId: settings.group, minBytes: 1, maxWaitTimeInMs: 100 });
  const pool = new Pool({ connectionString: settings.databaseUrl, max: CONCURRENCY });
  await producer.connect();
  await consumer.connect();
  await consumer.subscribe({ topics: [settings.topic], fromBeginning: true });

  let handledCount = 0;
  let startedAt = 0;
  const done = new Promise<number>((resolve, reject) => {
    consumer
      .run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: CONCURRENCY,
        eachBatch: async (payload) => {
          startedAt ||= performance.now();
          const { messages } = payload.batch;
          for (let from = 0; from < messages.length; from += BATCH_COUNT_MAX) {
            // Not `+= await`: that reads the sum before the wait, and partitions run beside each other.
            const count = await handle(payload, messages.slice(from, from + BATCH_COUNT_MAX));
            handledCount += count;
          }
          if (handledCount >= settings.messageCount) resolve((performance.now() - startedAt) / 1_000);
        },
      })
      .catch(reject);
  });

  async function handle(payload: EachBatchPayload, messages: readonly KafkaMessage[]): Promise<number> {
    const rows = messages.map(({ key, value }) => ({
      key: key?.toString() ?? '',
      row: JSON.parse(value?.toString() ?? '{}') as Record<string, unknown>,
    }));
    const client = await pool.connect();
    try {
      await store(client, rows);
    } finally {
      client.release();
    }
    await producer.send({
      topic: settings.outputTopic,
      acks: -1,
      messages: rows.map(({ key, row }) => ({ key, value: JSON.stringify(row) })),
    });
    const last = messages.at(-1);
    if (last) payload.resolveOffset(last.offset);
    await payload.commitOffsetsIfNecessary(payload.uncommittedOffsets());
    await payload.heartbeat();
    return messages.length;
  }

  const seconds = await done;
  process.stdout.write(
    `${JSON.stringify({ event: 'reference.done', seconds, messageCount: handledCount })}\n`,
  );
  await consumer.disconnect();
  await producer.disconnect();
  await pool.end();
}

async function store(
  client: PoolClient,
  rows: readonly { key: string; row: Record<string, unknown> }[],
): Promise<void> {
  await client.query('begin');
  const { rows: known } = await client.query<{ id: string; state: Record<string, unknown> }>(
    `select id, state from ${settings.table} where id = any($1)`,
    [rows.map(({ key }) => key)],
  );
  const states = new Map(known.map(({ id, state }) => [id, state]));
  for (const { key, row } of rows) states.set(key, { ...states.get(key), ...row });
  const merged = [...states];
  await client.query(
    `insert into ${settings.table} (id, state) select * from unnest($1::text[], $2::jsonb[])
     on conflict (id) do update set state = excluded.state`,
    [merged.map(([id]) => id), merged.map(([, state]) => JSON.stringify(state))],
  );
  await client.query('commit');
}

// Its parent has gone.
process.once('disconnect', () => process.exit(1));

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
