import { execFile } from 'node:child_process';
import path from 'node:path';
import type { RunningStack } from './running-stack';

const ROOT = path.resolve(__dirname, '../../..');
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

export interface DwDone {
  readonly code: number;
  readonly answer: Readonly<Record<string, unknown>>;
}

/** `dw` as a person runs it. @throws it said nothing on stdout; the message is what it said on stderr */
export function runDw(stack: RunningStack, ...args: readonly string[]): Promise<DwDone> {
  const command = path.join(ROOT, 'dist/tools/cli/src/main.js');
  const stackFile = path.join(stack.state, 'stack.json');
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [command, ...args, '--json', '--stack', stackFile],
      { maxBuffer: OUTPUT_BYTES_MAX },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : Number(error.code);
        if (stdout === '') reject(new Error(stderr, { cause: error }));
        else resolve({ code, answer: JSON.parse(stdout) as DwDone['answer'] });
      },
    );
  });
}
