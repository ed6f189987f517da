import type { HttpOutcome } from '../http-outcome';
import { SideUsers } from '../side-users';
import { CallBudgets } from './call-budgets';
import type { BudgetLimits } from './limits';
import { predictLoad } from './load-prediction';

const CALL_MS = 150;
const USERS = 2;
const SERVERS = 2;

/** A side with limits per user and server, by the vendor's rule: what ended in the window and what is under way. */
class LimitedSide {
  private readonly books = new Map<string, { running: number; endedAtMs: number[] }>();
  private turn = 0;
  refusedCount = 0;

  constructor(private readonly limits: BudgetLimits) {}

  async call(user: string, cookie: string | undefined): Promise<HttpOutcome> {
    const server = cookie?.split('=')[1] ?? `s${this.turn++ % SERVERS}`;
    const headers = { 'set-cookie': `ARRAffinity=${server}; Path=/` };
    const book = this.books.get(`${user} ${server}`) ?? { running: 0, endedAtMs: [] };
    this.books.set(`${user} ${server}`, book);
    const { requestCountMax, concurrencyMax, windowMs } = this.limits;
    book.endedAtMs = book.endedAtMs.filter((atMs) => atMs >= Date.now() - windowMs);
    const isTooMuch =
      book.running >= concurrencyMax || book.endedAtMs.length + book.running >= (requestCountMax ?? Infinity);
    if (isTooMuch) {
      this.refusedCount++;
      return { kind: 'reply', status: 429, headers: { ...headers, 'retry-after': '5' }, body: '' };
    }
    book.running++;
    await delay(CALL_MS);
    book.running--;
    book.endedAtMs.push(Date.now());
    return { kind: 'reply', status: 204, headers, body: '' };
  }
}

/** Writes so many rows one by one, as fast as the budgets let it; @returns seconds */
async function load(side: LimitedSide, limits: BudgetLimits, rowCount: number): Promise<number> {
  const users = Array.from({ length: USERS }, (_, index) => ({
    name: `user-${index}`,
    token: { bearer: () => Promise.resolve('token'), discard: () => undefined },
  }));
  const budgets = new CallBudgets(new SideUsers(users), limits);
  const startedAt = Date.now();
  let left = rowCount;
  const writer = async (): Promise<void> => {
    while (left > 0) {
      const place = await budgets.take('bulk', 1);
      if ('retryAfterMs' in place) {
        await delay(place.retryAfterMs);
        continue;
      }
      left--;
      const outcome = await side.call(place.user.name, place.cookie);
      if (outcome.kind === 'reply' && outcome.status === 429) left++;
      place.end(outcome);
    }
  };
  const writers = Promise.all(Array.from({ length: 20 }, writer));
  let isOver = false;
  void writers.then(() => (isOver = true));
  for (let second = 0; !isOver && second < 600; second++) await jest.advanceTimersByTimeAsync(1_000);
  return (Date.now() - startedAt) / 1_000;
}

const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('predictLoad', () => {
  beforeEach(() => void jest.useFakeTimers({ now: 1_000_000 }));
  afterEach(() => void jest.useRealTimers());

  it.each([
    ['20 requests a second in windows of 3 s', { requestCountMax: 60, windowMs: 3_000 }, 'requests'],
    ['20 requests a second in windows of 1 s', { requestCountMax: 20, windowMs: 1_000 }, 'requests'],
    ['4 at a time, and that is less', { requestCountMax: 200, windowMs: 3_000 }, 'concurrency'],
  ] as const)(
    'given %s, then the load takes as long as was said, and nothing is refused',
    async (_what, given, by) => {
      const limits: BudgetLimits = { executionMsMax: null, concurrencyMax: 4, ...given };
      const rowCount = 800;
      const predicted = predictLoad(
        { rowCount, rowsPerRound: 1, callsPerRound: 1, callMs: CALL_MS },
        { limits, userCount: USERS, serverCount: SERVERS, callCountMax: 20 },
      );
      const side = new LimitedSide(limits);
      const seconds = await load(side, limits, rowCount);
      expect(predicted.limitedBy).toBe(by);
      expect(seconds / predicted.seconds).toBeGreaterThan(0.8);
      expect(seconds / predicted.seconds).toBeLessThan(1.1);
      expect(side.refusedCount).toBe(0);
    },
  );

  it('200,000 rows, one by one and a hundred at a time', () => {
    const limits = {
      requestCountMax: 6_000,
      executionMsMax: 1_200_000,
      concurrencyMax: 52,
      windowMs: 300_000,
    };
    const means = { limits, userCount: 4, serverCount: 3, callCountMax: 64 };
    const single = predictLoad(
      { rowCount: 200_000, rowsPerRound: 1, callsPerRound: 1, callMs: CALL_MS },
      means,
    );
    expect(Math.round(single.seconds)).toBe(851);
    expect(single.limitedBy).toBe('requests');
    const many = predictLoad(
      { rowCount: 200_000, rowsPerRound: 100, callsPerRound: 3, callMs: 1_000 },
      means,
    );
    expect(many.limitedBy).toBe('time');
    expect(Math.round(many.seconds)).toBe(128);
  });
});
