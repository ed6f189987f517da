import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const here = path.dirname(fileURLToPath(import.meta.url));

/** Whether a process with this id runs (a zombie that nobody has waited for does not count). */
export async function isAlive(pid) {
  if (!pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
  const stat = await statOf(pid);
  return stat === null || stat.state !== 'Z';
}

/** On Linux: state and start time of a process, from /proc; null elsewhere and for a process that is gone. */
async function statOf(pid) {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command in brackets and may hold blanks; the rest follows the last bracket.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0], parent: Number(fields[1]), startedAt: fields[19] };
  } catch {
    // No such file: the process is gone, or this is not Linux. Both are "not known" here.
    return null;
  }
}

/** Says which process a pid stands for, so that a later owner of the same number is not mistaken for it. */
export async function identityOf(pid) {
  const stat = await statOf(pid);
  if (stat !== null) return stat.startedAt;
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)]);
    return stdout.trim() || null;
  } catch {
    // ps ends with 1 for a process that is gone.
    return null;
  }
}

/** The parent of a process, or null when that cannot be known. */
export async function parentOf(pid) {
  return (await statOf(pid))?.parent ?? null;
}

/** Ends a process: first kindly, after `graceMs` for good. Resolves once it is gone. */
export async function endProcess(pid, { signal = 'SIGTERM', graceMs = 10_000 } = {}) {
  if (!(await isAlive(pid))) return;
  sendSignal(pid, signal);
  const end = Date.now() + graceMs;
  while (await isAlive(pid)) {
    if (Date.now() > end) sendSignal(pid, 'SIGKILL');
    await delay(30);
  }
}

function sendSignal(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

let guard = null;

/** Starts the process that ends our children should we be killed; one per launcher. */
function tellGuard(line) {
  if (guard === null) {
    guard = spawn('sh', [path.join(here, 'guard.sh')], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    // Its end (or its absence) must never take the launcher down: it is a net below the net.
    guard.on('error', () => undefined);
    guard.stdin.on('error', () => undefined);
    guard.unref();
    guard.stdin.unref?.();
  }
  guard.stdin.write(`${line}\n`);
}

/**
 * Starts a process in a process group of its own: Ctrl-C at the terminal reaches the launcher alone, which then
 * ends its children in the right order. The guard ends it should the launcher be killed.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 */
export function startChild(command, args, options = {}) {
  const child = spawn(command, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'], ...options });
  if (child.pid) {
    const { pid } = child;
    tellGuard(`add ${pid}`);
    child.once('exit', () => tellGuard(`drop ${pid}`));
  }
  return child;
}

/** Runs a command to its end; resolves with code and output. `onLine` sees the output as it comes. */
export async function runCommand(command, args, { onLine, signal, ...options } = {}) {
  const child = startChild(command, args, options);
  const stop = () => child.pid && process.kill(-child.pid, 'SIGKILL');
  signal?.addEventListener('abort', stop, { once: true });
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (data) => {
    stdout += data;
    onLine?.(String(data));
  });
  child.stderr?.on('data', (data) => {
    stderr += data;
    onLine?.(String(data));
  });
  const [code, byWhich] = await once(child, 'close');
  signal?.removeEventListener('abort', stop);
  return { code: code ?? 1, signal: byWhich, stdout, stderr };
}
