import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { startStack, type RunningStack } from '@dualwrite/e2e';
import type { SoakSettings } from './arguments';
import { Editors } from './editors';
import { judge, type ServerUse, type SoakLimits, type SoakResult } from './verdict';

/** So small that this machine could do more: what limits is the budget, not the processor. */
const LIMITS: SoakLimits = { requests: 50, windowSeconds: 10, servers: 3, users: 2 };
const CONCURRENCY = 8;
/** Twice what the budget carries. */
const EDITS_PER_SECOND = (2 * LIMITS.requests * LIMITS.servers * LIMITS.users) / LIMITS.windowSeconds;
/** The limits are found out, the windows fill, a backlog forms. */
const WARM_UP_WINDOWS = 4;
const SAMPLE_EVERY_MS = 1_000;
const CONNECTOR = 'dataverse-connector';

/** Two users, three servers, two replicas: offers twice as much as the budgets carry, and measures what becomes of it. */
export async function runSoak(
  { minutes, keep }: SoakSettings,
  { talk, signal }: { talk: (text: string) => void; signal: AbortSignal },
): Promise<SoakResult> {
  talk('Starting an installation with two users and two connectors on Dataverse');
  const stack = await startStack({
    replicas: { [CONNECTOR]: 2 },
    userCount: LIMITS.users,
    env: {
      // Left to their defaults, as documented: the real ones are for the connectors to find out.
      BUDGET_REQUEST_COUNT_MAX: '',
      BUDGET_EXECUTION_MS_MAX: '',
      FEED_INTERVAL_MS: '2000',
      SWEEP_INTERVAL_MS: '600000',
    },
  });
  let editors: Editors | null = null;
  let result: SoakResult | null = null;
  try {
    const { admin } = (await stack.file()).dataverse;
    await put(`${admin}/limits`, {
      ...LIMITS,
      users: undefined,
      concurrency: CONCURRENCY,
      misleadingHeaders: 1,
    });
    editors = await Editors.begin(stack, EDITS_PER_SECOND);
    talk(`${EDITS_PER_SECOND} edits a second are offered; warming up`);
    await delay(WARM_UP_WINDOWS * LIMITS.windowSeconds * 1_000, undefined, { signal });
    talk('Measuring');
    const before = await usesOf(admin);
    const joinsBefore = await joinsOf(stack);
    const offeredBefore = editors.count;
    const startedAt = Date.now();
    const pids = (await stack.file()).services[CONNECTOR]?.map(({ pid }) => pid) ?? [];
    const memoryMb: number[][] = pids.map(() => []);
    while (Date.now() - startedAt < minutes * 60_000) {
      await delay(SAMPLE_EVERY_MS, undefined, { signal });
      for (const [index, pid] of pids.entries()) memoryMb[index]?.push(await memoryOf(pid));
    }
    const seconds = (Date.now() - startedAt) / 1_000;
    result = judge({
      limits: LIMITS,
      seconds,
      before,
      after: await usesOf(admin),
      rebalances: (await joinsOf(stack)) - joinsBefore,
      memoryMb,
      offered: editors.count - offeredBefore,
    });
    return result;
  } finally {
    await editors?.end();
    const keeps = keep || result?.ok !== true;
    if (keeps) talk(`The installation's folder stays: ${stack.state}`);
    await stack.stop({ keep: keeps });
  }
}

async function usesOf(admin: string): Promise<ServerUse[]> {
  const response = await fetch(`${admin}/usage`);
  return (await response.json()) as ServerUse[];
}

async function put(url: string, body: object): Promise<void> {
  const response = await fetch(url, { method: 'PUT', body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`the sandbox answered ${response.status}: ${await response.text()}`);
}

/** How often a consumer group of the connectors was joined. */
async function joinsOf(stack: RunningStack): Promise<number> {
  const lines = (await stack.log()).split('\n');
  return lines.filter((line) => line.includes('"kafka.group_joined"') && line.includes(CONNECTOR)).length;
}

/** Resident, in megabytes. */
async function memoryOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1_024);
}
