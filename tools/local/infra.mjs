// Kafka and Postgres alone, for tests and for trying things by hand:
//   node tools/local/infra.mjs up --state DIR [--brokers N] [--heap-mb N] [--durable]
// prints one JSON line {"kafka":{"brokers","home"},"postgres":{"url"}} and stays until SIGTERM or Ctrl-C.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startKafka } from './kafka.mjs';
import { describeError, exitCodeOf, WrongUsage } from './lib/environment-lacks.mjs';
import { onEnd } from './lib/on-end.mjs';
import { requireNode } from './lib/requirements.mjs';
import { startPostgres } from './postgres.mjs';

/**
 * Starts both, side by side; a server that the environment names (KAFKA_BROKERS, DATABASE_URL) is used instead.
 *
 * @returns `{kafka: {brokers, home}, postgres: {url}, stop()}`
 */
export async function startInfra({
  state,
  brokerCount,
  heapMb,
  startsQuickly,
  isDurable,
  onTalk,
  onLog,
  onExit,
  signal,
  env = process.env,
}) {
  const [kafka, postgres] = await settleAll([
    env.KAFKA_BROKERS
      ? { brokers: env.KAFKA_BROKERS.split(','), home: null, stop: () => undefined, pids: () => [] }
      : startKafka({
          directory: path.join(state, 'kafka'),
          brokerCount,
          heapMb,
          startsQuickly,
          onTalk,
          onLog: (line) => onLog?.('kafka', line),
          onExit: (node) => onExit?.('kafka', node),
          signal,
        }),
    env.DATABASE_URL
      ? { url: env.DATABASE_URL, stop: () => undefined, pid: () => undefined }
      : startPostgres({
          directory: path.join(state, 'postgres'),
          isDurable,
          onLog: (line) => onLog?.('postgres', line),
          onExit: () => onExit?.('postgres', 1),
          signal,
        }),
  ]);
  return {
    kafka,
    postgres,
    async stop() {
      await Promise.all([kafka.stop(), postgres.stop()]);
    },
  };
}

/** Like Promise.all, but when one fails the others are stopped, not left behind. */
async function settleAll(promises) {
  const results = await Promise.allSettled(promises);
  const failed = results.find((result) => result.status === 'rejected');
  if (!failed) return results.map((result) => result.value);
  await Promise.all(
    results.map((result) => (result.status === 'fulfilled' ? result.value.stop() : undefined)),
  );
  throw failed.reason;
}

async function main() {
  requireNode();
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      state: { type: 'string', default: '.dualwrite/infra' },
      brokers: { type: 'string', default: '1' },
      'heap-mb': { type: 'string', default: '512' },
      durable: { type: 'boolean', default: false },
    },
  });
  if (positionals[0] !== 'up')
    throw new WrongUsage('usage: infra.mjs up [--state DIR] [--brokers N] [--heap-mb N] [--durable]');
  const abort = new AbortController();
  let infra = null;
  const ended = onEnd(async () => {
    abort.abort();
    await infra?.stop();
  });
  infra = await startInfra({
    state: path.resolve(values.state),
    brokerCount: Number(values.brokers),
    heapMb: Number(values['heap-mb']),
    isDurable: values.durable,
    onTalk: (text) => process.stderr.write(`${text}\n`),
    signal: abort.signal,
  });
  const { kafka, postgres } = infra;
  process.stdout.write(
    `${JSON.stringify({ kafka: { brokers: kafka.brokers, home: kafka.home }, postgres: { url: postgres.url } })}\n`,
  );
  await ended;
  process.exit(0);
}

if (process.argv[1] === import.meta.filename) {
  main().catch((error) => {
    // Told to end while starting: that is no failure, and what was started is stopped by whoever started it.
    if (error.name === 'AbortError') process.exit(0);
    process.stderr.write(`${describeError(error)}\n`);
    process.exit(exitCodeOf(error));
  });
}
