// npm run bench, npm run dw: compiles what is stale, starts what the tool needs, runs it, passes on its exit code.
//   node tools/local/run-tool.mjs tools/NAME/src/main.js [ARGS]
// A tool that measures (the bench) gets a Kafka and a Postgres of its own unless the environment names them.
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startInfra } from './infra.mjs';
import { buildStale } from './lib/build.mjs';
import { runToEnd } from './lib/command.mjs';
import { WrongUsage } from './lib/environment-lacks.mjs';
import { installPackages } from './lib/install.mjs';
import { endProcess, startChild } from './lib/processes.mjs';
import { requireNode } from './lib/requirements.mjs';
import { workspaceRoot } from './lib/workspace.mjs';
import { removePostgres } from './postgres.mjs';

const NEEDS_INFRA = new Set(['tools/bench']);
/** Answered from the tool alone. */
const ANSWERED_ALONE = new Set(['--help', '-h', '--list', '--version']);
const talk = (text) => process.stderr.write(`${text}\n`);

runToEnd(async (signal) => {
  requireNode();
  const [tool, ...args] = process.argv.slice(2);
  const project = /^tools\/[\w-]+/.exec(tool ?? '')?.[0];
  if (!project) throw new WrongUsage('usage: run-tool.mjs tools/NAME/src/main.js [ARGS]');
  await installPackages({ onTalk: talk, signal });
  await buildStale();
  const needsInfra =
    NEEDS_INFRA.has(project) && args.length > 0 && !args.some((one) => ANSWERED_ALONE.has(one));
  if (!needsInfra) return runTool(tool, args, {}, signal);

  const state = await mkdtemp(path.join(tmpdir(), 'dualwrite-tool-'));
  let infra = null;
  try {
    infra = await startInfra({ state, isDurable: true, startsQuickly: false, onTalk: talk, signal });
    const env = {
      KAFKA_BROKERS: infra.kafka.brokers.join(','),
      DATABASE_URL: infra.postgres.url,
      // What they cost is part of what is measured.
      KAFKA_PIDS: infra.kafka.pids().join(','),
      POSTGRES_PID: String(infra.postgres.pid() ?? ''),
    };
    return await runTool(tool, args, env, signal);
  } finally {
    await infra?.stop();
    await removePostgres(path.join(state, 'postgres'));
    await rm(state, { recursive: true, force: true });
  }
});

async function runTool(tool, args, env, signal) {
  const child = startChild(
    process.execPath,
    ['--enable-source-maps', path.join(workspaceRoot, 'dist', tool), ...args],
    {
      // Paths in the arguments are meant from where the user stands, which npm hides.
      cwd: process.env.INIT_CWD ?? process.cwd(),
      stdio: 'inherit',
      env: { ...process.env, KAFKAJS_NO_PARTITIONER_WARNING: '1', PARENT_PID: String(process.pid), ...env },
    },
  );
  const stop = () => void endProcess(child.pid);
  signal.addEventListener('abort', stop, { once: true });
  const [code] = await once(child, 'close');
  return code ?? 1;
}
