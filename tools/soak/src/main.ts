import { inspect } from 'node:util';
import { parseArguments, USAGE } from './arguments';
import { runSoak } from './run-soak';

const EXIT_WRONG_USAGE = 2;
const PARENT_LOOK_EVERY_MS = 1_000;
/** The launcher says so when the machine lacks something, and names it. */
const EXIT_ENVIRONMENT = 3;

async function main(): Promise<number> {
  const args = process.argv.slice(2);
  if (args.includes('--help')) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const settings = parseArguments(args);
  if (typeof settings === 'string') {
    process.stderr.write(`${settings}\n`);
    return EXIT_WRONG_USAGE;
  }
  const isJson = args.includes('--json');
  const startedAt = Date.now();
  const talk = (text: string): void => {
    const line = `[${((Date.now() - startedAt) / 1000).toFixed(1).padStart(6)} s] ${text}\n`;
    (isJson ? process.stderr : process.stdout).write(line);
  };
  const abort = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(name, () => abort.abort(new Error(`ended by ${name}`)));
  // Whoever started us ends us when it is told to; killed itself, it cannot.
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) abort.abort(new Error('ended, for the parent is gone'));
  }, PARENT_LOOK_EVERY_MS).unref();
  const result = await runSoak(settings, { talk, signal: abort.signal });
  process.stdout.write(`${JSON.stringify(result)}\n`);
  return result.ok ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    // With its causes: the last thing that was waited for is one.
    process.stderr.write(`${inspect(error)}\n`);
    const { exitCode } = error as { exitCode?: unknown };
    process.exit(exitCode === EXIT_ENVIRONMENT ? EXIT_ENVIRONMENT : 1);
  },
);
