import { testSandbox, tokenFor, type TestAnswer, type TestSandbox } from '../testing/sandbox-client';
import { Limits } from './limits';

describe('service-protection budgets', () => {
  let limits: Limits;
  beforeEach(() => {
    limits = new Limits();
  });
  /** A request that is let in, if it is, and takes so long. */
  const request = (atMs: number, tookMs = 1, server = 0): string => {
    const exceeded = limits.exceeded('a', server, atMs);
    if (exceeded) return `${exceeded.kind} ${exceeded.retryAfterSeconds}`;
    limits.begin('a', server, atMs);
    limits.end('a', server, atMs + tookMs, tookMs);
    return 'in';
  };

  it('given a budget of requests, then the window slides, and Retry-After names when it is free again', () => {
    limits.settings = { requests: 2, windowSeconds: 10 };
    expect([request(0), request(4000), request(5000), request(10_100), request(10_200)]).toEqual([
      'in',
      'in',
      'requests 6',
      'in',
      'requests 4',
    ]);
  });

  it('given a budget of execution time, then it is the sum of what requests took', () => {
    limits.settings = { executionSeconds: 3, windowSeconds: 10 };
    expect([request(0, 2000), request(2000, 1500), request(4000)]).toEqual(['in', 'in', 'time 8']);
    expect(limits.remaining('a', 0, 4000).seconds).toBe(0);
    expect(limits.remaining('a', 0, 13_000).seconds).toBe(1.5);
  });

  it('given requests at the same time, then only so many are let in', () => {
    limits.settings = { concurrency: 1 };
    limits.begin('a', 0, 0);
    expect(request(1)).toBe('concurrency 1');
    expect(limits.exceeded('b', 0, 1)).toBeUndefined();
    limits.end('a', 0, 2, 2);
    expect(request(3)).toBe('in');
  });

  it('given a caller who keeps pushing, then Retry-After grows, up to the window', () => {
    limits.settings = { requests: 0, windowSeconds: 10 };
    const seconds = Array.from({ length: 200 }, () => Number(request(0).split(' ')[1]));
    expect(seconds[0]).toBe(10);
    limits.settings = { concurrency: 0, windowSeconds: 10 };
    const grown = Array.from({ length: 40 }, () => Number(request(60_000).split(' ')[1]));
    expect([grown[0], grown.at(-1)]).toEqual([1, 5]);
  });

  describe('given several servers behind one address', () => {
    let env: TestSandbox;
    beforeAll(async () => {
      env = await testSandbox();
    });
    afterAll(() => env.close());
    afterEach(() => env.dataverse.control('POST', 'reset'));
    const ask = (cookie?: string): Promise<TestAnswer> =>
      env.dataverse.get('/WhoAmI', cookie ? { cookie } : {});
    const left = (answer: TestAnswer): number =>
      Number(answer.headers.get('x-ms-ratelimit-burst-remaining-xrm-requests'));

    it('when no cookie is kept, then they share the load, each with a budget of its own', async () => {
      await env.dataverse.control('PUT', 'limits', { requests: 3, servers: 2 });
      const answers: TestAnswer[] = [];
      for (let count = 0; count < 8; count += 1) answers.push(await ask());
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200, 429, 429]);
      expect(answers[6]?.text).toContain(
        'Number of requests exceeded the limit of 3 over time window of 300 seconds.',
      );
      expect(answers[6]?.headers.get('retry-after')).toMatch(/^\d+$/);
    });

    it('when the cookie is kept, then one server answers, and another caller is not its business', async () => {
      await env.dataverse.control('PUT', 'limits', { requests: 2, servers: 4 });
      const first = await ask();
      const cookie = first.headers.get('set-cookie')?.split(';')[0] ?? '';
      expect(cookie).toMatch(/^ARRAffinity=/);
      expect([(await ask(cookie)).status, (await ask(cookie)).status]).toEqual([200, 429]);
      const mine = env.dataverse.token;
      env.dataverse.token = await tokenFor(env.sandbox, env.dataverse.url, 'other');
      expect((await ask(cookie)).status).toBe(200);
      env.dataverse.token = mine;
    });

    it('when the headers mislead, then they tell of another server', async () => {
      await env.dataverse.control('PUT', 'limits', { requests: 100, servers: 2 });
      const cookie = 'ARRAffinity=s0';
      for (let count = 0; count < 5; count += 1) await ask(cookie);
      const honest = left(await ask(cookie));
      await env.dataverse.control('PUT', 'limits', { requests: 100, servers: 2, misleadingHeaders: 1 });
      expect(left(await ask(cookie))).toBeGreaterThan(honest);
    });
  });
});
