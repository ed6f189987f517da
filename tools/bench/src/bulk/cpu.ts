import { readdir, readFile } from 'node:fs/promises';
import type { RunningStack } from '@dualwrite/e2e';

/** As Linux counts processor time for programs (USER_HZ), on every machine that this runs on. */
const TICKS_PER_SECOND = 100;

/** Processes of an installation, as stack.json names them. */
export interface StackProcesses {
  readonly services: Readonly<Record<string, readonly { readonly pid: number }[]>>;
  readonly kafka?: { readonly pids: readonly number[] };
  readonly postgres?: { readonly pid?: number };
  readonly sandbox?: { readonly pid: number };
}

/**
 * Processor seconds that each part of the installation has used so far: what a foreign load on the machine does not change.
 * Where the system does not tell (no /proc), nothing is told.
 */
export async function cpuSeconds(stack: RunningStack): Promise<Record<string, number>> {
  return cpuSecondsOf(await stack.file());
}

export async function cpuSecondsOf(stack: StackProcesses): Promise<Record<string, number>> {
  const { services, kafka, postgres, sandbox } = stack;
  const pids: Record<string, readonly number[]> = {
    ...Object.fromEntries(
      Object.entries(services).map(([name, replicas]) => [name, replicas.map(({ pid }) => pid)]),
    ),
    kafka: kafka !== undefined && kafka.pids.length > 0 ? kafka.pids : pidsOf('KAFKA_PIDS'),
    postgres: await postgresPids(postgres?.pid ?? pidsOf('POSTGRES_PID')[0]),
    sandbox: sandbox === undefined ? [] : [sandbox.pid],
  };
  const seconds: Record<string, number> = {};
  for (const [name, own] of Object.entries(pids)) {
    const ticks = await Promise.all(own.map(ticksOf));
    seconds[name] = ticks.reduce((sum, one) => sum + one, 0) / TICKS_PER_SECOND;
  }
  return seconds;
}

export function difference(
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(after).map(([name, seconds]) => [
      name,
      Number((seconds - (before[name] ?? 0)).toFixed(1)),
    ]),
  );
}

async function ticksOf(pid: number): Promise<number> {
  const fields = await statOf(pid);
  return (
    Number(fields[11] ?? 0) + Number(fields[12] ?? 0) + Number(fields[13] ?? 0) + Number(fields[14] ?? 0)
  );
}

/** Of servers that the launcher of the bench has started for it, and not the installation. */
function pidsOf(variable: string): readonly number[] {
  return (process.env[variable] ?? '')
    .split(',')
    .map(Number)
    .filter((pid) => pid > 0);
}

/** A server that neither of them has started is somewhere else for all that we know. */
async function postgresPids(pid: number | undefined): Promise<readonly number[]> {
  return pid === undefined ? [] : [pid, ...(await childrenOf(pid))];
}

async function childrenOf(pid: number): Promise<readonly number[]> {
  const all = (await readdir('/proc').catch(() => [])).map(Number).filter(Number.isInteger);
  const parents = await Promise.all(all.map(async (one) => [one, Number((await statOf(one))[1])] as const));
  return parents.filter(([, parent]) => parent === pid).map(([one]) => one);
}

/** Fields behind the name of the program, which may hold blanks itself: state, parent, ... */
async function statOf(pid: number): Promise<readonly string[]> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}
