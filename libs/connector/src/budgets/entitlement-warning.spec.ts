import { passedThresholds } from './entitlement-warning';

const use = (rowCount: string) => ({ user: 'one', day: '2026-01-01', rowCount });

describe('passedThresholds', () => {
  it.each([
    ['799', 10, []],
    ['800', 1, [0.8]],
    ['850', 10, []],
    ['1000', 300, [0.8, 1]],
    ['1000', 1, [1]],
    ['5000', 100, []],
  ])('given %s after an addition of %d, of 1,000: %j', (rowCount, added, thresholds) => {
    expect(passedThresholds(use(rowCount), added, 1_000).map(({ threshold }) => threshold)).toEqual(
      thresholds,
    );
  });

  it('nobody has said how much there is: nothing is passed', () =>
    expect(passedThresholds(use('5000'), 5_000, 0)).toEqual([]));
});
