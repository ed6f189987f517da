import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Dw } from './dw';
import { eventually } from './eventually';
import { Person } from './person';
import { SandboxSide } from './sandbox-side';
import { readStackFile, type StackFile } from './stack-file';

const workspaceRoot = findWorkspace(__dirname);
const START_DEADLINE_MS = 170_000;
const IN_STEP_DEADLINE_MS = 60_000;

export interface StackOptions {
  /** Copies of each service named; `{ all: 2 }` for every one. */
  readonly replicas?: Readonly<Record<string, number>>;
  /** Demo customers and the standard maps (default), or empty sandboxes and no maps. */
  readonly seed?: boolean;
  /** Dataverse as a new environment: no table and no column of a solution. */
  readonly standardTables?: boolean;
  readonly brokerCount?: number;
  /** Application users of the connectors. */
  readonly userCount?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Only these maps of the standard ones: all that is compared. */
  readonly maps?: readonly string[];
}

/** A pair that is set aside, as the mapper tells it. */
export interface ParkedPair {
  readonly pairId: string;
  readonly key: string | null;
  readonly parks: readonly { readonly reason: string; readonly text?: string | null }[];
}

export interface Difference {
  readonly map: string;
  readonly key: string;
  readonly what: string;
  readonly field?: string;
  readonly fo?: string | null;
  readonly dataverse?: string | null;
}

export type Killable = 'kafka' | 'postgres' | 'sandbox' | (string & {});

/** Starts the whole product with a state of its own, and resolves once both sides are in step. */
export async function startStack(options: StackOptions = {}): Promise<RunningStack> {
  const state = await mkdtemp(path.join(tmpdir(), 'dualwrite-e2e-'));
  // Postgres' own user has to get to its data below.
  await chmod(state, 0o711);
  const {
    replicas = {},
    seed = true,
    standardTables = false,
    brokerCount = 1,
    userCount = 1,
    env = {},
    maps = [],
  } = options;
  const child = spawn(
    process.execPath,
    [
      path.join(workspaceRoot, 'tools/local/start.mjs'),
      ...['--state', state, '--no-stream', '--json', '--brokers', String(brokerCount)],
      ...['--users', String(userCount)],
      ...Object.entries(replicas).flatMap(([name, count]) => ['--replicas', `${name}=${count}`]),
      ...(seed ? [] : ['--no-seed']),
      ...(standardTables ? ['--standard-tables'] : []),
      ...onlyMaps(maps),
      '--obey',
    ],
    { cwd: workspaceRoot, env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] },
  );
  const stack = new RunningStack(state, child, maps);
  try {
    await stack.untilStarted();
    return stack;
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

/** A running installation and all that a test does with it. */
export class RunningStack {
  readonly person: Person;
  readonly dw: Dw;
  private talk = '';
  private answer = '';

  constructor(
    readonly state: string,
    private readonly launcher: ChildProcess,
    private readonly maps: readonly string[] = [],
  ) {
    launcher.stdout?.on('data', (data: Buffer) => (this.answer += data.toString()));
    launcher.stderr?.on('data', (data: Buffer) => (this.talk += data.toString()));
    this.person = new Person(() => this.file());
    this.dw = new Dw(() => this.file());
  }

  async untilStarted(): Promise<void> {
    await eventually(
      async () => {
        if (this.answer.includes('\n')) return true;
        if (this.launcher.exitCode !== null) return true;
        return (await this.file()).ready;
      },
      { what: 'the stack is in step', deadlineMs: START_DEADLINE_MS },
    ).catch(async (error: unknown) => {
      const errors = await this.dw.errors().catch((unasked: unknown) => String(unasked));
      throw new Error(
        `the stack did not start:\n${this.talk}\nerrors: ${JSON.stringify(errors).slice(0, 2_000)}`,
        {
          cause: error,
        },
      );
    });
    const { ok } = this.answer.includes('\n') ? (JSON.parse(this.answer) as { ok: boolean }) : { ok: true };
    if (!ok || this.launcher.exitCode !== null)
      throw Object.assign(new Error(`the stack did not get in step:\n${this.talk}`), {
        exitCode: this.launcher.exitCode,
      });
  }

  /** stack.json as it is now: pids and addresses change when processes are started again. */
  file(): Promise<StackFile> {
    return readStackFile(path.join(this.state, 'stack.json'));
  }

  /** The combined log of all processes. */
  log(): Promise<string> {
    return readFile(path.join(this.state, 'services.log'), 'utf8');
  }

  async sandbox(side: 'fo' | 'dataverse'): Promise<SandboxSide> {
    return new SandboxSide((await this.file())[side]);
  }

  /** Both sandboxes read afresh and held against each other, by a comparison outside of the product. */
  differences(): Promise<readonly Difference[]> {
    return new Promise((resolve, reject) => {
      execFile(
        process.execPath,
        [
          path.join(workspaceRoot, 'tools/local/compare.mjs'),
          ...['--state', this.state, '--json', ...onlyMaps(this.maps)],
        ],
        { maxBuffer: 64 * 1024 * 1024 },
        (error, stdout, stderr) => {
          if (stdout === '') reject(new Error(stderr, { cause: error }));
          else resolve((JSON.parse(stdout) as { differences: readonly Difference[] }).differences);
        },
      );
    });
  }

  /**
   * Waits until every map runs, nothing is on its way, and both sides agree when they are read.
   *
   * @param but keys of rows that need not agree
   */
  async untilInStep({
    deadlineMs = IN_STEP_DEADLINE_MS,
    but = () => Promise.resolve<readonly string[]>([]),
  }: { deadlineMs?: number; but?: () => Promise<readonly string[]> } = {}): Promise<void> {
    await eventually(
      async () => {
        const maps = await this.dw.status();
        const open = maps.filter((map) => map.state !== 'running' || !map.inStep);
        if (open.length > 0) throw new Error(JSON.stringify(open));
        const excused = (await but()).map((key) => key.toLowerCase());
        const differences = (await this.differences()).filter(
          ({ key }) => !excused.includes(key.toLowerCase()),
        );
        if (differences.length > 0) throw new Error(JSON.stringify(differences.slice(0, 5)));
        return true;
      },
      { what: 'both sides are in step', deadlineMs },
    ).catch(async (error: unknown) => {
      const story = await this.storyOf((await this.differences()).slice(0, 2)).catch(String);
      throw new Error(`not in step within ${deadlineMs} ms: ${String((error as Error).cause)}\n${story}`, {
        cause: error,
      });
    });
  }

  /** What the journal and the mapper know of rows that differ, for a failure's text. */
  private async storyOf(differences: readonly Difference[]): Promise<string> {
    const told = differences.map(async ({ map, key }) => {
      const events = await this.dw.row(key);
      const pairId = events.findLast((event) => event.map === map && event.pairId !== null)?.pairId;
      const pair = pairId && (await this.askMapper(`maps/${map}/pairs/${pairId}`).catch(String));
      return { map, key, events: events.map((event) => ({ ...event, fields: event.fields.length })), pair };
    });
    return JSON.stringify(await Promise.all(told), null, 1);
  }

  /** Kills a process as a power cut would; resolves with the pid once another one is in its place. */
  async kill(what: Killable, { replica = 0 } = {}): Promise<number> {
    const before = await this.pidOf(what, replica);
    process.kill(before, 'SIGKILL');
    return eventually(
      async () => {
        const pid = await this.pidOf(what, replica);
        return pid !== before && pid;
      },
      { what: `${what} is started again`, deadlineMs: 30_000 },
    );
  }

  /** Has the launcher run so many copies of a service from now on; those that leave are told to end. */
  scale(service: string, count: number): void {
    this.launcher.stdin?.write(`${JSON.stringify({ replicas: { [service]: count } })}\n`);
  }

  /** Pairs of a map that are set aside, as any of its replicas tells. */
  async parked(map: string): Promise<readonly ParkedPair[]> {
    return ((await this.askMapper(`maps/${map}/parked?limit=1000`)) as { parked: readonly ParkedPair[] })
      .parked;
  }

  private async askMapper(path: string): Promise<unknown> {
    const { services, console } = await this.file();
    const [mapper] = services['mapper'] ?? [];
    const token = new URL(console.signInLink).searchParams.get('token') ?? '';
    const response = await fetch(`${mapper?.http ?? ''}/${path}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    if (!response.ok) throw new Error(`the mapper answered ${response.status}: ${await response.text()}`);
    return response.json();
  }

  async pidOf(what: Killable, replica: number): Promise<number> {
    const file = await this.file();
    const pids: Readonly<Record<string, readonly (number | undefined)[]>> = {
      kafka: file.kafka.pids,
      postgres: [file.postgres.pid],
      sandbox: [file.sandbox.pid],
    };
    const pid = pids[what]?.[replica] ?? file.services[what]?.[replica]?.pid;
    if (pid === undefined || pid === null) throw new Error(`${what} does not run`);
    return pid;
  }

  /** `keep`: the folder with its log stays, to look for a cause. */
  async stop({ keep = false } = {}): Promise<void> {
    if (this.launcher.exitCode === null && this.launcher.signalCode === null) {
      const ended = new Promise((resolve) => this.launcher.once('exit', resolve));
      this.launcher.kill('SIGTERM');
      await ended;
    }
    if (!keep) await rm(this.state, { recursive: true, force: true });
  }
}

function onlyMaps(maps: readonly string[]): readonly string[] {
  return maps.length === 0 ? [] : ['--maps', maps.join(',')];
}

/** The sources' root, from a source file as well as from its compiled twin under dist. */
function findWorkspace(from: string): string {
  return existsSync(path.join(from, 'nx.json')) ? from : findWorkspace(path.dirname(from));
}
