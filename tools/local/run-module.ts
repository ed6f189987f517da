import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';

/** Starts a script that may import the modules of this folder: they are ES modules, which jest here does not load. */
export function startModule(code: string): ChildProcessByStdio<null, Readable, Readable> {
  return spawn(process.execPath, ['--input-type=module', '-e', code], {
    cwd: __dirname,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Runs such a script to its end; what it printed as one JSON value. */
export async function runModule(code: string): Promise<unknown> {
  const child = startModule(code);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (exitCode !== 0) throw new Error(`the script ended with ${String(exitCode)}: ${stderr}`);
  return JSON.parse(stdout) as unknown;
}

/** Resolves with the first line that a script prints. */
export function firstLine(child: ChildProcessByStdio<null, Readable, Readable>): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (data: Buffer) => {
      text += data.toString();
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')));
    });
    child.once('close', () => reject(new Error('the script ended without a line')));
  });
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Not by instanceof: jest's Error is another one than Node's.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** Waits for a condition, at most so long. */
export async function eventually(condition: () => boolean, deadlineMs: number): Promise<number> {
  const startedAt = Date.now();
  while (!condition()) {
    if (Date.now() - startedAt > deadlineMs) throw new Error('the condition did not come true in time');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return Date.now() - startedAt;
}
