import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { startChild } from './processes.mjs';
import { workspaceRoot } from './workspace.mjs';

const REASON_CHARACTERS_MAX = 1_000;

const bin = (name) => path.join(workspaceRoot, 'node_modules/.bin', name);

/**
 * Steps of a check, one after the other, and their books. A step that fails does not stop the next ones: one run
 * tells everything that is wrong.
 */
export class Steps {
  passed = 0;
  failed = 0;
  failures = [];
  #signal;

  constructor(signal) {
    this.#signal = signal;
  }

  /** Runs a command; its output is shown only if it fails. Counts as one test. */
  async command(name, command, args, env = {}) {
    const startedAt = Date.now();
    const child = this.#start(command, args, env, 'pipe');
    let output = '';
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (output += data));
    const [code] = await once(child, 'close');
    this.#signal.throwIfAborted();
    this.#count(name, code === 0, startedAt);
    if (code !== 0) process.stdout.write(`${output.trimEnd()}\n`);
    return code === 0;
  }

  /** Runs our own function as a step. */
  async own(name, action) {
    const startedAt = Date.now();
    try {
      const result = await action();
      this.#count(name, true, startedAt);
      return result;
    } catch (error) {
      this.#signal.throwIfAborted();
      this.#count(name, false, startedAt);
      process.stdout.write(`${error.message}\n`);
      return null;
    }
  }

  /** Runs jest and adds its figures; a test file that cannot even be loaded counts as one failed test. */
  async jest(name, config, args = [], env = {}) {
    const startedAt = Date.now();
    const folder = await mkdtemp(path.join(tmpdir(), 'dualwrite-jest-'));
    const file = path.join(folder, 'result.json');
    const child = this.#start(
      bin('jest'),
      ['-c', config, '--json', '--outputFile', file, '--passWithNoTests', ...args],
      env,
      'inherit',
    );
    const [code] = await once(child, 'close');
    this.#signal.throwIfAborted();
    try {
      const result = JSON.parse(await readFile(file, 'utf8'));
      this.passed += result.numPassedTests;
      this.failed += result.numFailedTests + result.numRuntimeErrorTestSuites;
      this.failures.push(...failuresOf(result).map((failure) => `${name}: ${failure}`));
      // Open handles, a crashed worker: jest says no though every test passed.
      if (code !== 0 && result.success) this.#count(name, false, startedAt);
      this.#say(
        name,
        code === 0,
        startedAt,
        `${result.numPassedTests} of ${result.numTotalTests} tests passed`,
      );
    } catch (error) {
      if (error.code !== 'ENOENT' && !(error instanceof SyntaxError)) throw error;
      this.#count(name, false, startedAt);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  #start(command, args, env, output) {
    const child = startChild(command, args, {
      cwd: workspaceRoot,
      // jest writes its report of --json to the file and its talk to stderr: one stream keeps the order.
      stdio: output === 'pipe' ? ['ignore', 'pipe', 'pipe'] : ['ignore', 1, 1],
      env: { ...process.env, NX_DAEMON: 'false', ...env },
    });
    const stop = () => child.pid && process.kill(-child.pid, 'SIGTERM');
    this.#signal.addEventListener('abort', stop, { once: true });
    child.once('close', () => this.#signal.removeEventListener('abort', stop));
    return child;
  }

  #count(name, isGood, startedAt) {
    if (isGood) this.passed += 1;
    else {
      this.failed += 1;
      this.failures.push(name);
    }
    this.#say(name, isGood, startedAt);
  }

  #say(name, isGood, startedAt, figures = '') {
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
    process.stdout.write(
      `${isGood ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)${figures ? `: ${figures}` : ''}\n`,
    );
  }

  /** The closing lines; the very last one is `N passed, N failed`. */
  report() {
    for (const failure of this.failures) process.stdout.write(`failed: ${failure}\n`);
    process.stdout.write(`${this.passed} passed, ${this.failed} failed\n`);
    return this.failed === 0 ? 0 : 1;
  }
}

/** Each failed test with the first line of its reason; a file that cannot be loaded, with the reason of that. */
export function failuresOf({ testResults }) {
  return testResults
    .filter(({ status }) => status === 'failed')
    .flatMap(({ name, message, assertionResults }) => {
      const file = path.relative(workspaceRoot, name);
      const failed = assertionResults.filter(({ status }) => status === 'failed');
      if (failed.length === 0) return [`${file}: ${reasonIn(message)}`];
      return failed.map(
        ({ fullName, failureMessages }) => `${file}: ${fullName}: ${reasonIn(failureMessages.join('\n'))}`,
      );
    });
}

/** What the reason and its causes say, without stacks, in one line; bounded, for a difference may be long. */
function reasonIn(message) {
  const lines = stripVTControlCharacters(message).split('\n');
  const told = lines.filter((line) => !/^\s+at /.test(line)).map((line) => line.trim());
  return told.filter(Boolean).join(' | ').slice(0, REASON_CHARACTERS_MAX);
}

/** Format, lint and types: what needs no test runner. */
export async function staticChecks(steps) {
  await steps.command('format (prettier; npm run format mends it)', bin('prettier'), [
    '--check',
    '--cache',
    '--cache-location',
    '.nx/prettier',
    '--log-level',
    'warn',
    '.',
  ]);
  await steps.command('lint (eslint with the project boundaries)', process.execPath, [
    'tools/local/lib/lint.mjs',
  ]);
  await steps.command('types (tsc)', bin('tsc'), ['-p', 'tsconfig.json']);
}

/** All unit tests, in one jest for all projects: the compiler and the workers are started once. */
export async function unitTests(steps) {
  await steps.jest('unit tests', 'tools/local/jest.unit.cjs');
}
