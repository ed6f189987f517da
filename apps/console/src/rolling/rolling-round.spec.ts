import { behindPortion, firstRound, portionRowCount, restMs } from './rolling-round';

describe('a round of the rolling verify', () => {
  it('given portions of both sides, then each row of both is counted, and the next round begins anew', () => {
    const first = behindPortion(firstRound(0), { rowCount: 100, nextCursor: 'a' }, 1);
    expect(first).toMatchObject({ ended: null, next: { side: 'fo', cursor: 'a', rowCount: 100 } });
    const second = behindPortion(first.next, { rowCount: 20, nextCursor: null }, 2);
    expect(second).toMatchObject({ ended: null, next: { side: 'dataverse', cursor: null, rowCount: 120 } });
    expect(behindPortion(second.next, { rowCount: 30, nextCursor: null }, 3)).toEqual({
      ended: { startedAtMs: 0, endedAtMs: 3, rowCount: 150 },
      next: { round: 2, startedAtMs: 3, side: 'fo', cursor: null, rowCount: 0 },
    });
  });

  it.each([
    [600, 100, 20_000],
    [6, 1, 20_000],
    [100_000, 500, 600],
  ])('given %d rows a minute, then portions of %d, both sides of which take %d ms', (rate, rows, ms) => {
    expect(portionRowCount(rate)).toBe(rows);
    expect(restMs(2 * rows, rate)).toBe(ms);
  });
});
