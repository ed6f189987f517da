import { aRule, aTally } from '../testing/setup';
import { backtest, factsOf, type Past } from './backtest';
import { ofMap } from './facts';

const BEGIN = Date.parse('2026-11-16T00:00:00Z');
const MINUTE_MS = 60_000;
const minute = (count: number): number => BEGIN + count * MINUTE_MS;

function aPast(past: Partial<Past>): Past {
  return {
    entries: [],
    facts: [],
    fromMs: BEGIN,
    toMs: minute(24 * 60),
    stepMs: MINUTE_MS,
    packOf: () => null,
    ...past,
  };
}

describe('backtest', () => {
  it('given 10 errors in a quarter of an hour, twice in a day, then the rule would have fired twice', () => {
    const burst = (at: number) =>
      Array.from({ length: 10 }, (_, index) => ({ ...aTally(), bucketMs: minute(at + index) }));
    const entries = [...burst(60), { ...aTally({ count: 9 }), bucketMs: minute(300) }, ...burst(600)];
    const alerts = backtest(aRule(), aPast({ entries }));
    expect(alerts.map(({ firedAtMs, resolvedAtMs }) => [firedAtMs, resolvedAtMs])).toEqual([
      [minute(69), minute(75)],
      [minute(609), minute(615)],
    ]);
    expect(alerts[0]).toMatchObject({ subject: ofMap('m'), peak: 10 });
  });

  it('given a lag that stayed, when it must last, then it fires after that, and goes on to the end', () => {
    const rule = aRule({ when: { kind: 'lag', above: '5m' }, for: '10m' });
    expect(factsOf(rule)).toEqual(['lag-ms']);
    const lag = (atMs: number, value: number) => ({
      fact: 'lag-ms' as const,
      subject: ofMap('m'),
      value,
      atMs,
    });
    const facts = [lag(minute(-5), 400_000), lag(minute(5), 0), lag(minute(30), 400_000)];
    expect(backtest(rule, aPast({ facts }))).toEqual([
      expect.objectContaining({ firedAtMs: minute(40), resolvedAtMs: null }),
    ]);
  });

  it('given entries before the beginning, then they count in the first windows', () => {
    const entries = [{ ...aTally({ count: 10 }), bucketMs: minute(-10) }];
    expect(backtest(aRule(), aPast({ entries }))).toMatchObject([
      { firedAtMs: minute(0), resolvedAtMs: minute(5) },
    ]);
  });
});
