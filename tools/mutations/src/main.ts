import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { MUTATIONS, type Mutation } from './list';

const USAGE =
  'usage: npm run mutations -- [--only WORDS] [--json]   does a fast test notice each bug made by hand?';
const workspaceRoot = path.resolve(__dirname, '../../../..');
/** What the tests of planner, register and simulator need, and nothing else. */
const COPIED = ['libs', 'tools/sim', 'tools/workspace', 'tsconfig.base.json', 'package.json'];
/** Asked in this order until one of them goes red: the seeds of the simulator only where unit tests say nothing. */
const TESTS = [
  { name: 'unit', project: 'libs/planner', arguments: [] },
  { name: 'unit', project: 'libs/connector', arguments: ['src/core'] },
  { name: 'sim', project: 'tools/sim', arguments: ['run.spec'] },
] as const;

interface Verdict {
  readonly name: string;
  readonly file: string;
  readonly caughtBy: 'unit' | 'sim' | null;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { only: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const chosen = MUTATIONS.filter(({ name }) => name.includes(values.only ?? ''));
  if (chosen.length === 0) {
    talk(`no bug is named like ${values.only ?? ''}\n${USAGE}`);
    return 2;
  }
  const copy = await mkdtemp(path.join(tmpdir(), 'dualwrite-mutations-'));
  try {
    await prepare(copy);
    const green = await firstRed(copy);
    if (green !== null) {
      talk(`the tests are red (${green}) without any bug: mend that first`);
      return 1;
    }
    const verdicts: Verdict[] = [];
    for (const mutation of chosen) {
      const caughtBy = await tryOne(copy, mutation);
      talk(
        `${caughtBy === null ? 'NOT CAUGHT' : `caught (${caughtBy})`}  ${mutation.file}: ${mutation.name}`,
      );
      verdicts.push({ name: mutation.name, file: mutation.file, caughtBy });
    }
    const isAllCaught = verdicts.every(({ caughtBy }) => caughtBy !== null);
    process.stdout.write(`${JSON.stringify({ ok: isAllCaught, count: verdicts.length, verdicts })}\n`);
    return isAllCaught ? 0 : 1;
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

/** A copy to break: the workspace itself is never touched. */
async function prepare(copy: string): Promise<void> {
  for (const part of COPIED)
    await cp(path.join(workspaceRoot, part), path.join(copy, part), { recursive: true });
  await symlink(path.join(workspaceRoot, 'node_modules'), path.join(copy, 'node_modules'));
}

async function tryOne(copy: string, { file, find, replace }: Mutation): Promise<Verdict['caughtBy']> {
  const place = path.join(copy, file);
  const text = await readFile(place, 'utf8');
  if (text.split(find).length !== 2) throw new Error(`${file} does not hold this exactly once: ${find}`);
  await writeFile(
    place,
    text.replace(find, () => replace),
  );
  try {
    return await firstRed(copy);
  } finally {
    await writeFile(place, text);
  }
}

async function firstRed(copy: string): Promise<Verdict['caughtBy']> {
  for (const { name, project, arguments: filters } of TESTS) {
    const child = spawn(
      process.execPath,
      [
        path.join(workspaceRoot, 'node_modules/jest/bin/jest.js'),
        ...['-c', path.join(copy, project, 'jest.config.cjs'), '--bail', '--silent', '-i', ...filters],
      ],
      { cwd: copy, stdio: 'ignore' },
    );
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) return name;
  }
  return null;
}

function talk(line: string): void {
  process.stderr.write(`${line}\n`);
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    talk(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exit(1);
  },
);
