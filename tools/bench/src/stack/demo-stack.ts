import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const START_DEADLINE_MS = 180_000;
const LOOK_EVERY_MS = 200;

interface SideAddress {
  readonly url: string;
  readonly admin: string;
}

/** What the bench needs of stack.json. */
export interface StackFile {
  readonly ready: boolean;
  readonly fo: SideAddress;
  readonly dataverse: SideAddress;
  readonly oauth: { readonly tokenUrl: string; readonly clientSecret: string };
  readonly sandbox?: { readonly pid: number };
  readonly console: { readonly url: string; readonly signInLink: string };
  readonly services: Readonly<Record<string, readonly { readonly pid: number }[]>>;
}

/** `npm start` with the demo customers and without its own edits, as a child of the bench. */
export class DemoStack {
  private constructor(
    readonly file: StackFile,
    private readonly child: ChildProcess,
    private readonly state: string,
  ) {}

  /** Resolves once both sides are in step. @throws {Error} with the launcher's words, if they do not get there */
  static async start(env: Readonly<Record<string, string>>): Promise<DemoStack> {
    const state = await mkdtemp(path.join(tmpdir(), 'dualwrite-bench-'));
    const launcher = path.resolve(__dirname, '../../../../../tools/local/start.mjs');
    const child = spawn(process.execPath, [launcher, '--no-stream', '--json', '--state', state], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let talk = '';
    child.stderr?.on('data', (data: Buffer) => (talk = (talk + data.toString()).slice(-4_000)));
    const end = Date.now() + START_DEADLINE_MS;
    for (;;) {
      const file = await readStack(state);
      if (file?.ready) return new DemoStack(file, child, state);
      if (child.exitCode !== null || Date.now() > end) {
        child.kill('SIGTERM');
        throw new Error(`the stack did not get in step:\n${talk}`);
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null) {
      const ended = once(this.child, 'exit');
      this.child.kill('SIGTERM');
      await ended;
    }
    await rm(this.state, { recursive: true, force: true });
  }
}

async function readStack(state: string): Promise<StackFile | null> {
  try {
    return JSON.parse(await readFile(path.join(state, 'stack.json'), 'utf8')) as StackFile;
  } catch {
    return null; // not written yet
  }
}
