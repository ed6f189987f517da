import { feedPace, type PaceFacts } from './feed-pace';

const FACTS: PaceFacts = {
  kind: 'mapped',
  registration: 'registered',
  isTrusted: true,
  quietForMs: 0,
  intervalMs: 1_000,
  healIntervalMs: 60_000,
};

describe('feedPace', () => {
  it('given webhook steps that are trusted, then the table is asked rarely, quiet or not', () => {
    expect(feedPace(FACTS)).toMatchObject({ class: 'nudged', waitMs: 60_000 });
    expect(feedPace({ ...FACTS, quietForMs: 3_600_000 })).toMatchObject({ class: 'nudged', waitMs: 60_000 });
  });

  it.each([
    ['not-wanted', 'WEBHOOK_URL'],
    ['not-registered', 'dw provision apply'],
    ['not-known', 'may not read'],
  ] as const)(
    'given a registration that is %s, then it is polled, and the reason helps',
    (registration, words) => {
      const pace = feedPace({ ...FACTS, registration });
      expect([pace.class, pace.waitMs]).toEqual(['polled', 1_000]);
      expect(pace.reason).toContain(words);
    },
  );

  it('given a lost call, then it is polled', () => {
    expect(feedPace({ ...FACTS, isTrusted: false })).toMatchObject({ class: 'polled', waitMs: 1_000 });
  });

  it('given a quiet table or one that is only looked up, then it is polled less often, and never in haste', () => {
    const polled: PaceFacts = { ...FACTS, registration: 'not-wanted' };
    expect(feedPace({ ...polled, quietForMs: 10_000 }).waitMs).toBe(4_000);
    expect(feedPace({ ...polled, kind: 'reference' }).waitMs).toBe(5_000);
    expect(feedPace({ ...polled, intervalMs: 40, quietForMs: 10_000 }).waitMs).toBe(250);
  });
});
