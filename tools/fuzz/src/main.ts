import path from 'node:path';
import { inspect } from 'node:util';
import { parseArguments, USAGE, type FuzzSettings } from './arguments';
import { caseOf } from './one-case';
import { Progress } from './progress';
import { supervise, type Finding } from './supervisor';
import { TARGETS } from './targets';

const EXIT_WRONG_USAGE = 2;
const PARENT_LOOK_EVERY_MS = 1_000;
const MS_PER_MINUTE = 60_000;

async function main(args: readonly string[]): Promise<number> {
  const names = TARGETS.map(({ name }) => name);
  if (args.includes('--help')) return say(USAGE);
  if (args.includes('--list')) return say(names.join('\n'));
  const settings = parseArguments(args, names);
  if (typeof settings === 'string') {
    process.stderr.write(`${settings}\n`);
    return EXIT_WRONG_USAGE;
  }
  if (settings.caseNumber !== null) return runOne(settings, settings.caseNumber);
  const result = await runMany(settings, args.includes('--json') ? process.stderr : process.stdout);
  process.stdout.write(`${JSON.stringify(result)}\n`);
  return result.ok ? 0 : 1;
}

async function runMany(settings: FuzzSettings, talk: NodeJS.WritableStream) {
  const targets = targetsOf(settings);
  const progress = Progress.create(targets.length);
  const findings: (Finding & { readonly target: string; readonly again: string })[] = [];
  const startedAtMs = Date.now();
  const { rssBytesMax } = await supervise({
    workerFile: path.join(__dirname, 'case-worker.js'),
    order: { seed: settings.seed, only: settings.only },
    progress,
    durationMs: settings.minutes * MS_PER_MINUTE,
    signal: endSignal(),
    onFinding: (finding) => {
      const target = targets[finding.caseNumber % targets.length]?.name ?? '';
      const only = settings.only.length === 0 ? '' : ` --only ${settings.only.join(',')}`;
      const again = `npm run fuzz -- --seed ${settings.seed} --case ${finding.caseNumber}${only}`;
      findings.push({ ...finding, target, again });
      talk.write(`${finding.kind} in ${target}, case ${finding.caseNumber}: ${finding.text}\n  ${again}\n`);
    },
  });
  const byTarget = Object.fromEntries(targets.map(({ name }, index) => [name, progress.counts(index)]));
  const caseCount = Object.values(byTarget).reduce((sum, { taken, refused }) => sum + taken + refused, 0);
  return {
    // A reader that takes nothing, or a run without cases, proves nothing.
    ok: findings.length === 0 && Object.values(byTarget).every(({ taken }) => taken > 0),
    seed: settings.seed,
    seconds: Math.round((Date.now() - startedAtMs) / 1_000),
    cases: caseCount,
    byTarget,
    rssBytesMax,
    findings,
  };
}

async function runOne(settings: FuzzSettings, caseNumber: number): Promise<number> {
  const { target, input } = caseOf(targetsOf(settings), settings.seed, caseNumber);
  process.stdout.write(
    `${target.name}, ${input.length} long:\n${inspect(input, { maxStringLength: null })}\n`,
  );
  const startedAtMs = performance.now();
  const verdict = await target.run(input);
  return say(`${verdict} after ${Math.round(performance.now() - startedAtMs)} ms`);
}

function targetsOf({ only }: FuzzSettings) {
  return TARGETS.filter(({ name }) => only.length === 0 || only.includes(name));
}

function say(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

/** Ctrl-C, or the death of whoever started us. */
function endSignal(): AbortSignal {
  const abort = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => abort.abort());
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) abort.abort();
  }, PARENT_LOOK_EVERY_MS).unref();
  return abort.signal;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${inspect(error)}\n`);
    process.exit(1);
  },
);
