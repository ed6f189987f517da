import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { ClientCredentials } from '../client-credentials';
import { SideHttp } from '../side-http';

const MAIN = path.resolve(__dirname, '../../../../dist/tools/sandbox/src/main.js');
const DOCUMENTED = {
  requestCountMax: 6_000,
  executionMsMax: 1_200_000,
  concurrencyMax: 52,
  windowMs: 300_000,
};
const REAL = { requests: 60, windowSeconds: 6, concurrency: 6, servers: 3, misleadingHeaders: 1 };
const USER_COUNT = 2;

interface Listening {
  readonly dataverse: { readonly url: string; readonly admin: string };
  readonly oauth: { readonly tokenUrl: string; readonly clientSecret: string };
}

interface Use {
  readonly served: number;
  readonly refused: number;
}

describe('budgets against a side that has other limits than the documented ones', () => {
  let child: ChildProcess;
  let listening: Listening;

  beforeAll(async () => {
    child = spawn(process.execPath, [MAIN], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, PARENT_PID: String(process.pid) },
    });
    if (child.stdout === null) throw new Error('the sandbox has no output');
    for await (const line of createInterface(child.stdout)) {
      listening = JSON.parse(line) as Listening;
      break;
    }
  });
  afterAll(async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill();
    await ended;
  });
  beforeEach(() => control('POST', 'reset', {}));

  async function control(method: string, call: string, body?: unknown): Promise<unknown> {
    const { admin } = listening.dataverse;
    const response = await fetch(`${admin}/${call}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${call}: ${response.status} ${await response.text()}`);
    return response.json();
  }

  function httpWith(limits: typeof DOCUMENTED | undefined): SideHttp {
    const { tokenUrl, clientSecret } = listening.oauth;
    const { url } = listening.dataverse;
    const users = Array.from({ length: USER_COUNT }, (_, index) => {
      const clientId = `user-${index + 1}`;
      const credential = { kind: 'secret', secret: () => Promise.resolve(clientSecret) } as const;
      return {
        name: clientId,
        token: new ClientCredentials({ tokenUrl, clientId, credential, scope: `${url}/.default` }),
      };
    });
    const baseUrl = `${url}/api/data/v9.2`;
    return new SideHttp({ baseUrl, users, requestDeadlineMs: 10_000, ...(limits ? { limits } : {}) });
  }

  /** Asks as much as it may until told to end. */
  async function ask(http: SideHttp, end: AbortSignal): Promise<void> {
    while (!end.aborted) {
      const outcome = await http.send({ method: 'GET', url: 'WhoAmI' });
      if (outcome.kind === 'withheld')
        await delay(outcome.retryAfterMs, undefined, { signal: end }).catch(() => undefined);
    }
  }

  const used = async (): Promise<Use> => {
    const uses = (await control('GET', 'usage')) as Use[];
    const sum = (member: keyof Use): number => uses.reduce((total, use) => total + use[member], 0);
    return { served: sum('served'), refused: sum('refused') };
  };

  it('finds them out, then uses nearly all of them and is hardly ever refused', async () => {
    await control('PUT', 'limits', REAL);
    const http = httpWith(DOCUMENTED).bulk;
    const end = new AbortController();
    const callers = Array.from({ length: 30 }, () => ask(http, end.signal));
    await delay(3 * REAL.windowSeconds * 1_000);
    const [before, startedAt] = [await used(), Date.now()];
    await delay(3 * REAL.windowSeconds * 1_000);
    const [after, seconds] = [await used(), (Date.now() - startedAt) / 1_000];
    end.abort();
    await Promise.all(callers);
    const budget = (REAL.requests * REAL.servers * USER_COUNT * seconds) / REAL.windowSeconds;
    const served = after.served - before.served;
    expect(http.budgets.currentLimits).toMatchObject({ requestCountMax: REAL.requests, windowMs: 6_000 });
    expect(served / budget).toBeGreaterThan(0.9);
    expect(after.refused - before.refused).toBeLessThanOrEqual(1 + served / 1_000);
  });

  it('given no limits by the will of the operator, then a refusal is obeyed, and no limit made of it', async () => {
    await control('POST', 'faults', [{ match: {}, effect: { status: 429, retryAfter: 1 }, times: 4 }]);
    const http = httpWith(undefined);
    const end = new AbortController();
    const callers = Array.from({ length: 8 }, () => ask(http, end.signal));
    await delay(6_000);
    end.abort();
    await Promise.all(callers);
    expect(http.budgets.currentLimits.requestCountMax).toBeNull();
    const log = (await control('GET', 'log')) as { status: number }[];
    expect(log.filter(({ status }) => status === 429)).toHaveLength(4);
    expect(log.filter(({ status }) => status === 200).length).toBeGreaterThan(100);
  });
});
