import { readFile } from 'node:fs/promises';
import type { RunningStack } from '@dualwrite/e2e';
import type { StackProcesses } from './cpu';

/** Memory that each service holds now, in MB; of several replicas the largest. */
export function rssMb(stack: RunningStack): Promise<Record<string, number>> {
  return ofServices(stack, 'VmRSS');
}

export function rssMbOf(stack: StackProcesses): Promise<Record<string, number>> {
  return ofProcesses(stack, 'VmRSS');
}

/** Most memory that each service has ever held, in MB. */
export function peakRssMb(stack: RunningStack): Promise<Record<string, number>> {
  return ofServices(stack, 'VmHWM');
}

/** Where the system does not tell (no /proc), nothing is told. */
async function ofServices(stack: RunningStack, line: string): Promise<Record<string, number>> {
  return ofProcesses(await stack.file(), line);
}

async function ofProcesses({ services }: StackProcesses, line: string): Promise<Record<string, number>> {
  const sizes: Record<string, number> = {};
  for (const [name, replicas] of Object.entries(services)) {
    for (const { pid } of replicas) {
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
      const kilobytes = Number(new RegExp(`${line}:\\s+(\\d+)`).exec(status)?.[1] ?? Number.NaN);
      if (Number.isFinite(kilobytes)) sizes[name] = Math.max(sizes[name] ?? 0, Math.round(kilobytes / 1_024));
    }
  }
  return sizes;
}
