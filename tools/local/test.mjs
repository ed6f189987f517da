// npm test: everything. What `npm run check` does, then every scenario of the simulator, then the tests against a real
// Kafka and Postgres, then those of the whole stack, then a dose of chaos,
// of twice the load that the budgets carry, and of broken input. The last line is `N passed, N failed`.
//   npm test -- [--only check|sim|int|e2e|chaos|soak|fuzz]
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startInfra } from './infra.mjs';
import { buildStale } from './lib/build.mjs';
import { runToEnd } from './lib/command.mjs';
import { WrongUsage } from './lib/environment-lacks.mjs';
import { installPackages } from './lib/install.mjs';
import { kafkaJars } from './lib/kafka-jars.mjs';
import { requireJava, requireNode } from './lib/requirements.mjs';
import { staticChecks, Steps, unitTests } from './lib/steps.mjs';
import { workspaceRoot } from './lib/workspace.mjs';
import { removePostgres } from './postgres.mjs';

const PARTS = ['check', 'sim', 'int', 'e2e', 'chaos', 'soak', 'fuzz'];
const SIM_SEEDS = '1000';
/** One plan, so that a failure is met again; other seeds are for `npm run chaos`. Few replicas: six services on two cores. */
const CHAOS = ['--minutes', '3', '--seed', '20261123', '--replicas', '1', '--customers', '30', '--json'];
const SOAK = ['--minutes', '1', '--json'];
const FUZZ = ['--minutes', '0.5', '--seed', '20261123', '--json'];
const talk = (text) => process.stderr.write(`${text}\n`);

runToEnd(async (signal) => {
  requireNode();
  const { values } = parseArgs({ options: { only: { type: 'string' } } });
  if (values.only && !PARTS.includes(values.only))
    throw new WrongUsage(`--only takes one of ${PARTS.join(', ')}`);
  const wants = (part) => !values.only || values.only === part;

  // What the machine lacks is said at once, not after five minutes of unit tests.
  const wantsInfra = ['int', 'e2e', 'chaos', 'soak'].some(wants);
  if (wantsInfra && !process.env.KAFKA_BROKERS) {
    await requireJava();
    await kafkaJars({ onTalk: talk, signal });
  }
  await installPackages({ onTalk: talk, signal });
  const steps = new Steps(signal);
  if (wants('check')) {
    await staticChecks(steps);
    await unitTests(steps);
  }
  if (wants('sim') || wantsInfra) await steps.own('build', () => buildStale());
  if (wants('sim')) {
    await steps.command(`simulator: every scenario, ${SIM_SEEDS} seeds`, process.execPath, [
      path.join(workspaceRoot, 'dist/tools/sim/src/main.js'),
      ...['--scenario', 'all', '--seeds', SIM_SEEDS, '--json'],
    ]);
  }
  if (wants('int')) await integrationTests(steps, signal);
  if (wants('e2e')) await steps.jest('end-to-end tests', 'tools/local/jest.e2e.cjs', ['-i']);
  const tool = path.join(workspaceRoot, 'tools/local/run-tool.mjs');
  if (wants('chaos'))
    await steps.command('chaos', process.execPath, [tool, 'tools/chaos/src/main.js', ...CHAOS]);
  if (wants('soak')) await steps.command('soak', process.execPath, [tool, 'tools/soak/src/main.js', ...SOAK]);
  if (wants('fuzz')) await steps.command('fuzz', process.execPath, [tool, 'tools/fuzz/src/main.js', ...FUZZ]);
  return steps.report();
});

async function integrationTests(steps, signal) {
  const state = await mkdtemp(path.join(tmpdir(), 'dualwrite-int-'));
  const infra = await steps.own('Kafka and Postgres start', () =>
    startInfra({ state, onTalk: talk, signal }),
  );
  if (infra === null) return;
  try {
    await steps.jest('integration tests', 'tools/local/jest.int.cjs', ['--maxWorkers=2'], {
      KAFKA_BROKERS: infra.kafka.brokers.join(','),
      DATABASE_URL: infra.postgres.url,
      KAFKAJS_NO_PARTITIONER_WARNING: '1',
    });
  } finally {
    await infra.stop();
    await removePostgres(path.join(state, 'postgres'));
    await rm(state, { recursive: true, force: true });
  }
}
