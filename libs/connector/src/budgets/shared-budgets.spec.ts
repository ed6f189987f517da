import { SideHttp, type BudgetReport, type CallBudgets } from '@dualwrite/odata';
import { nextShare } from './share';

type Place = Extract<Awaited<ReturnType<CallBudgets['take']>>, { end: unknown }>;
type Outcome = Parameters<Place['end']>[0];

const LIMIT = 50;
const WINDOW_MS = 10_000;
const SERVERS = 3;
const CALL_MS = 40;
const EXCHANGE_MS = 1_000;

/** Two replicas, each with its own books, that tell each other once a second at moments of their own. */
class Replicas {
  readonly budgets: CallBudgets[] = [];
  servedCount = 0;
  refusedCount = 0;
  private readonly board: { askedCount: number; report: BudgetReport; share: number }[] = [];
  private readonly asked: number[] = [];
  private readonly side = new Map<string, number[]>();
  private turn = 0;

  constructor(count: number) {
    const user = { name: 'one', token: { bearer: () => Promise.resolve('t'), discard: () => undefined } };
    for (let index = 0; index < count; index++) {
      const limits = {
        requestCountMax: LIMIT,
        executionMsMax: null,
        concurrencyMax: 52,
        windowMs: WINDOW_MS,
      };
      const http = { baseUrl: 'http://side.invalid', users: [user], limits, requestDeadlineMs: 1_000 };
      this.budgets.push(new SideHttp(http).budgets);
      this.asked.push(0);
      setTimeout(() => setInterval(() => this.exchange(index), EXCHANGE_MS), 300 * index);
    }
  }

  /** So many callers of a replica for so long; one that is sent away comes again when it was told to. */
  async work(index: number, callers: number, forMs: number): Promise<void> {
    const endsAt = Date.now() + forMs;
    const caller = async (): Promise<void> => {
      while (Date.now() < endsAt) {
        const taken = await this.budgets[index]!.take('live', 1);
        if ('user' in taken) await this.call(taken);
        else await delay(taken.retryAfterMs);
      }
    };
    await Promise.all(Array.from({ length: callers }, caller));
  }

  private async call({ cookie, end }: Place): Promise<void> {
    const server = cookie?.split('=')[1] ?? `s${this.turn++ % SERVERS}`;
    const used = this.side.get(server) ?? [];
    this.side.set(server, used);
    const nowMs = Date.now();
    const isTooMuch = used.filter((ms) => ms > nowMs - WINDOW_MS).length >= LIMIT;
    if (!isTooMuch) used.push(nowMs);
    await delay(CALL_MS);
    if (isTooMuch) this.refusedCount++;
    else this.servedCount++;
    end(isTooMuch ? refusal(server) : ok(server));
  }

  private exchange(index: number): void {
    const budgets = this.budgets[index]!;
    this.asked[index] = 0.8 * (this.asked[index] ?? 0) + budgets.drainAsked();
    const own = { askedCount: this.asked[index] ?? 0, share: this.board[index]?.share ?? 0 };
    const others = this.board.filter((_, at) => at !== index);
    const share = nextShare(own, others, budgets.currentLimits.requestCountMax);
    this.board[index] = { askedCount: own.askedCount, report: budgets.reportWith(share), share };
    budgets.takeOver({ reports: others.map(({ report }) => report), share, replicaCount: others.length + 1 });
  }
}

function ok(server: string): Outcome {
  return { kind: 'reply', status: 204, headers: { 'set-cookie': `ARRAffinity=${server}; Path=/` }, body: '' };
}

function refusal(server: string): Outcome {
  const body = JSON.stringify({
    error: {
      code: '0x80072322',
      message: `Number of requests exceeded the limit of ${LIMIT} over time window of ${WINDOW_MS / 1_000} seconds.`,
    },
  });
  const headers = { 'set-cookie': `ARRAffinity=${server}; Path=/`, 'retry-after': '3' };
  return { kind: 'reply', status: 429, headers, body };
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

describe('given two replicas whose work shifts from one to the other and back', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('when both ask for more than there is, then together they use the budget, and the side sends nobody away', async () => {
    const replicas = new Replicas(2);
    const working = [0, 1].map(async (index) => {
      for (let round = 0; round < 15; round++) {
        // Thrice the work here, then there: rows of one partition come in heaps.
        await replicas.work(index, (round + index) % 2 === 0 ? 12 : 4, 8_000);
      }
    });
    await jest.advanceTimersByTimeAsync(20_000);
    const before = { served: replicas.servedCount, refused: replicas.refusedCount };
    await jest.advanceTimersByTimeAsync(100_000);
    const served = replicas.servedCount - before.served;
    expect(replicas.refusedCount - before.refused).toBe(0);
    expect(served).toBeGreaterThanOrEqual(0.98 * 10 * LIMIT * SERVERS);
    await jest.advanceTimersByTimeAsync(60_000);
    await Promise.all(working);
    jest.clearAllTimers();
  });
});
