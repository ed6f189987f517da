import { SideUsers } from '../side-users';
import type { HttpOutcome } from '../http-outcome';
import { CallBudgets, type NoPlace, type Place } from './call-budgets';
import type { BudgetLimits, Priority } from './limits';

const LIMITS: BudgetLimits = {
  requestCountMax: 100,
  executionMsMax: null,
  concurrencyMax: 4,
  windowMs: 10_000,
};
const users = (...names: string[]): SideUsers =>
  new SideUsers(
    names.map((name) => ({
      name,
      token: { bearer: () => Promise.resolve('token'), discard: () => undefined },
    })),
  );

/** Budgets by a clock that only the test moves. */
function world(limits: Partial<BudgetLimits> = {}, ...names: string[]) {
  const budgets = new CallBudgets(users(...(names.length === 0 ? ['one'] : names)), { ...LIMITS, ...limits });
  const take = (priority: Priority = 'live'): Place | NoPlace | 'waits' => {
    const taken = budgets.take(priority, 1);
    return taken instanceof Promise ? 'waits' : taken;
  };
  return { budgets, take };
}

const ok: HttpOutcome = { kind: 'reply', status: 200, headers: {}, body: '' };
const from = (server: string): HttpOutcome => ({
  ...(ok as Extract<HttpOutcome, { kind: 'reply' }>),
  headers: { 'set-cookie': `ARRAffinity=${server}; Path=/; HttpOnly` },
});
function refusal(code: string, message: string, retryAfter = '7'): HttpOutcome {
  const body = JSON.stringify({ error: { code, message } });
  return { kind: 'reply', status: 429, headers: { 'retry-after': retryAfter }, body };
}
type World = ReturnType<typeof world>;
const isPlace = (taken: Place | NoPlace | 'waits'): taken is Place =>
  typeof taken === 'object' && 'user' in taken;
function placeOf(taken: Place | NoPlace | 'waits'): Place {
  if (isPlace(taken)) return taken;
  throw new Error(`no place: ${JSON.stringify(taken)}`);
}

/** Calls one after the other, as many as there are places for at once; @returns how many there were */
function spend({ take }: World, priority: Priority, tookMs = 0): number {
  let count = 0;
  for (let taken = take(priority); isPlace(taken); taken = take(priority)) {
    count++;
    jest.advanceTimersByTime(tookMs);
    taken.end(ok);
  }
  return count;
}

/** A caller that always has something to ask, for so long; @returns when its calls ended */
async function askFor(
  { budgets }: World,
  priority: Priority,
  durationMs: number,
  tookMs: number,
): Promise<number[]> {
  const untilMs = Date.now() + durationMs;
  const endedAtMs: number[] = [];
  while (Date.now() < untilMs) {
    const taken = await budgets.take(priority, 1);
    if ('retryAfterMs' in taken) {
      await delay(taken.retryAfterMs);
      continue;
    }
    await delay(tookMs);
    endedAtMs.push(Date.now());
    taken.end(ok);
  }
  return endedAtMs;
}
const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Most calls that ended within any window of that length. */
function fullest(endedAtMs: readonly number[], windowMs: number): number {
  let most = 0;
  for (let first = 0, last = 0; last < endedAtMs.length; last++) {
    while ((endedAtMs[last] ?? 0) - (endedAtMs[first] ?? 0) >= windowMs) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

describe('CallBudgets', () => {
  beforeEach(() => void jest.useFakeTimers({ now: 1_000_000 }));
  afterEach(() => void jest.useRealTimers());

  it('live calls may use the whole window at once, and then are told when the oldest has left it', () => {
    const here = world();
    expect(spend(here, 'live')).toBe(100);
    // He comes back a second ahead of his turn, and waits for it.
    expect(here.take()).toEqual({ retryAfterMs: 9_001 });
    jest.advanceTimersByTime(10_001);
    expect(spend(here, 'live')).toBe(100);
  });

  it('tells how much of the fullest budget is used, by all replicas, and that it is all while the side sends us away', () => {
    const here = world({ requestCountMax: 100 });
    expect(here.budgets.usedPercent()).toBeNull();
    for (let n = 0; n < 40; n += 1) placeOf(here.take()).end(ok);
    expect(here.budgets.usedPercent()).toBe(40);
    const report = here.budgets.report();
    here.budgets.takeOver({ reports: [report], share: 1, replicaCount: 2 });
    expect(here.budgets.usedPercent()).toBe(80);
    jest.advanceTimersByTime(10_001);
    here.budgets.takeOver({ reports: [], share: 1, replicaCount: 1 });
    expect(here.budgets.usedPercent()).toBe(0);
    placeOf(here.take()).end(
      refusal('0x80072322', 'Number of requests exceeded the limit of 100 over time window of 10 seconds.'),
    );
    expect(here.budgets.usedPercent()).toBe(100);
    expect(world({ requestCountMax: null }).budgets.usedPercent()).toBeNull();
  });

  it('bulk calls go at an even pace and leave a reserve for live ones', async () => {
    const here = world();
    const callers = [1, 2, 3].map(() => askFor(here, 'bulk', 100_000, 20));
    await jest.advanceTimersByTimeAsync(100_000);
    expect(isPlace(here.take('live'))).toBe(true);
    await jest.advanceTimersByTimeAsync(10_000);
    const endedAtMs = (await Promise.all(callers)).flat().sort((one, other) => one - other);
    // Ten windows of 98.
    expect(endedAtMs.length).toBeGreaterThanOrEqual(950);
    expect(fullest(endedAtMs, 10_000)).toBeLessThanOrEqual(98);
    expect(fullest(endedAtMs, 1_000)).toBeLessThanOrEqual(40);
  });

  it('of twice as much as a budget carries, at least 95 % of it is used and never more', async () => {
    const here = world();
    const callers = (['live', 'bulk', 'bulk', 'bulk'] as const).map((priority) =>
      askFor(here, priority, 60_000, 100),
    );
    await jest.advanceTimersByTimeAsync(70_000);
    const endedAtMs = (await Promise.all(callers)).flat().sort((one, other) => one - other);
    expect(fullest(endedAtMs, 10_000)).toBeLessThanOrEqual(100);
    expect(endedAtMs.length).toBeGreaterThan(0.95 * 100 * 6);
  });

  it('as many at a time as the side allows; who comes then waits for an end, live ones first', async () => {
    const { budgets, take } = world();
    const places = [1, 2, 3, 4].map(() => placeOf(take('bulk')));
    const order: string[] = [];
    const waiting = (['bulk', 'live'] as const).map(async (priority) => {
      const taken = await budgets.take(priority, 1);
      order.push(priority);
      if ('user' in taken) taken.end(ok);
    });
    places[0]?.end(ok);
    await Promise.all(waiting);
    expect(order).toEqual(['live', 'bulk']);
  });

  it('Retry-After is obeyed to the second, for that user on that server and no other', async () => {
    const here = world({}, 'one', 'two');
    const first = placeOf(here.take());
    first.end(
      refusal('0x80072322', 'Number of requests exceeded the limit of 100 over time window of 10 seconds.'),
    );
    const second = placeOf(here.take());
    expect(second.user.name).not.toBe(first.user.name);
    second.end(refusal('', 'busy', '30'));
    expect(here.take()).toEqual({ retryAfterMs: 6_000 });
    jest.advanceTimersByTime(6_500);
    const began: number[] = [];
    const taken = Promise.resolve(here.budgets.take('live', 1)).then((place) => {
      began.push(Date.now());
      return place;
    });
    await jest.advanceTimersByTimeAsync(499);
    expect(began).toEqual([]);
    await jest.advanceTimersByTimeAsync(100);
    expect(await taken).toMatchObject({ user: { name: first.user.name } });
  });

  it('the figures of a refusal become the limits', () => {
    const here = world({ requestCountMax: 6_000, windowMs: 300_000 });
    placeOf(here.take()).end(
      refusal(
        '0x80072322',
        'Number of requests exceeded the limit of 50 over time window of 20 seconds.',
        '1',
      ),
    );
    jest.advanceTimersByTime(1_000);
    expect(here.budgets.report()).toMatchObject({
      limits: { requestCountMax: 50, windowMs: 20_000 },
      told: ['requests'],
    });
    expect(spend(here, 'live')).toBe(50);
  });

  it('given no limit by the will of the operator, then a refusal is obeyed and no limit made of it', () => {
    const here = world({ requestCountMax: null, concurrencyMax: 1_000 });
    const text = 'Number of requests exceeded the limit of 50 over time window of 20 seconds.';
    placeOf(here.take()).end(refusal('0x80072322', text, '1'));
    expect(isPlace(here.take())).toBe(false);
    jest.advanceTimersByTime(1_001);
    for (let count = 0; count < 200; count++) placeOf(here.take()).end(ok);
  });

  it('a combined execution time with separators of thousands is read as milliseconds', () => {
    const here = world({ executionMsMax: 600_000 });
    const text =
      'Combined execution time of incoming requests exceeded limit of 1,200,000  milliseconds over time window of 300 seconds. Decrease number of concurrent requests or reduce the duration of requests and try again later.';
    placeOf(here.take()).end(refusal('0x80072321', text));
    expect(here.budgets.report().limits).toMatchObject({ executionMsMax: 1_200_000, windowMs: 300_000 });
  });

  it('the execution time of a window is not exceeded', () => {
    const here = world({ requestCountMax: null, executionMsMax: 2_000 });
    expect(spend(here, 'live', 100)).toBe(20);
    expect(here.take()).toMatchObject({ retryAfterMs: expect.any(Number) as number });
  });

  it('a refusal that does not say why: half as many at a time, and slowly more again', async () => {
    const here = world({ requestCountMax: null, concurrencyMax: 8 });
    const eight = Array.from({ length: 8 }, () => placeOf(here.take()));
    eight.pop()?.end(refusal('', 'high resource utilization', '1'));
    for (const place of eight) place.end(ok);
    jest.advanceTimersByTime(1_000);
    const atOnce = async (): Promise<number> => {
      const places: Place[] = [];
      const asked = Array.from({ length: 8 }, () =>
        Promise.resolve(here.budgets.take('live', 1)).then((taken) => {
          if ('user' in taken) places.push(taken);
        }),
      );
      await jest.advanceTimersByTimeAsync(0);
      const count = places.length;
      while (places.length > 0) {
        places.pop()?.end(ok);
        await jest.advanceTimersByTimeAsync(0);
      }
      await Promise.all(asked);
      return count;
    };
    expect(await atOnce()).toBeLessThan(8);
    for (let round = 0; round < 20; round++) await atOnce();
    expect(await atOnce()).toBe(8);
  });

  it('given several servers, each has a budget of its own, and calls name the server that has room', () => {
    const here = world({ requestCountMax: 10 });
    // The load balancer takes turns for those who name none.
    let turn = 0;
    const perServer = new Map<string, number>();
    for (let taken = here.take(); isPlace(taken); taken = here.take()) {
      const server = taken.cookie?.split('=')[1] ?? `s${turn++ % 3}`;
      perServer.set(server, (perServer.get(server) ?? 0) + 1);
      taken.end(from(server));
    }
    expect([...perServer.values()]).toEqual([10, 10, 10]);
  });

  it('a server that is no more is asked no longer', () => {
    const here = world({ requestCountMax: null });
    for (const server of ['old', 'new']) placeOf(here.take()).end(from(server));
    for (let count = 0; count < 100; count++) placeOf(here.take()).end(from('new'));
    expect(placeOf(here.take()).cookie).toBe('ARRAffinity=new');
  });

  it('what other replicas have used counts, and so does their rest', () => {
    const here = world();
    const other = world();
    spend(other, 'live');
    const [used] = other.budgets.report().budgets;
    const told = (change: object) => ({
      reports: [{ ...other.budgets.report(), budgets: [{ ...used!, ...change }] }],
      share: 0.5,
      replicaCount: 2,
    });
    here.budgets.takeOver(told({ count: 60 }));
    expect(spend(here, 'live')).toBe(40);
    here.budgets.takeOver(told({ blockedForMs: 5_000 }));
    expect(here.take()).toMatchObject({ retryAfterMs: expect.any(Number) as number });
  });

  it('two replicas that are told a second late what the other has used together use the whole budget and no more', async () => {
    const both = [world(), world()] as const;
    const tell = setInterval(() => {
      const reports = both.map(({ budgets }) => budgets.report());
      both.forEach(({ budgets }, index) =>
        budgets.takeOver({
          reports: reports.filter((_, other) => other !== index),
          share: 0.5,
          replicaCount: 2,
        }),
      );
    }, 1_000);
    const callers = both.flatMap((one) => [1, 2].map(() => askFor(one, 'live', 60_000, 50)));
    await jest.advanceTimersByTimeAsync(75_000);
    clearInterval(tell);
    const endedAtMs = (await Promise.all(callers)).flat().sort((one, other) => one - other);
    // The first window is filled before anybody has told anything.
    const settled = endedAtMs.filter((ms) => ms >= 1_020_000);
    expect(settled.length).toBeGreaterThanOrEqual(4 * 95);
    expect(fullest(settled, 10_000)).toBeLessThanOrEqual(100);
  });

  it('what is told with a smaller share is all that the larger one has used: from then on the smaller holds', () => {
    const here = world();
    const other = { user: 'one', server: '', count: 10, spentMs: 0, runningCount: 0, blockedForMs: 0 };
    const told = { budgets: [other], limits: LIMITS, told: [] };
    here.budgets.takeOver({ reports: [told], share: 0.5, replicaCount: 2 });
    for (let count = 0; count < 20; count++) placeOf(here.take()).end(ok);
    // The others may count on what is given up as soon as this is stored; we hear of it only when that is done.
    const { budgets } = here.budgets.reportWith(0.3);
    expect(budgets.map(({ count }) => count)).toEqual([20]);
    expect(spend(here, 'live')).toBe(10);
    expect(here.budgets.reportWith(0.6).budgets[0]?.count).toBe(30);
    expect(isPlace(here.take())).toBe(false);
  });

  it('counts the rows that the daily entitlement counts, per user', () => {
    const { budgets } = world();
    for (const rows of [1, 250]) {
      const place = budgets.take('live', rows);
      if (!(place instanceof Promise) && 'user' in place) place.end(ok);
    }
    expect([...budgets.drainRows()]).toEqual([['one', 251]]);
    expect([...budgets.drainRows()]).toEqual([]);
  });

  it('more is left than we thought there was in all: then the limit is higher', () => {
    const { budgets, take } = world({ requestCountMax: 6_000 });
    placeOf(take()).end({
      ...ok,
      headers: { 'x-ms-ratelimit-burst-remaining-xrm-requests': '7999' },
    } as HttpOutcome);
    expect(budgets.currentLimits.requestCountMax).toBe(7_999);
  });
});
