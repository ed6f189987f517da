import { nextShare, shareAmong, type Standing } from './share';

describe('shareAmong', () => {
  it('one replica has all', () => {
    expect(shareAmong(0, [])).toBe(1);
    expect(shareAmong(100, [])).toBe(1);
  });

  it('nobody asks: even shares', () => expect(shareAmong(0, [0, 0, 0])).toBe(0.25));

  it('the shares of all replicas come to one, and each has some', () => {
    const asked = [0, 10, 90];
    const shares = asked.map((own, index) =>
      shareAmong(
        own,
        asked.filter((_one, at) => at !== index),
      ),
    );
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1);
    expect(Math.min(...shares)).toBeGreaterThan(0.03);
    expect(shares[2]).toBeGreaterThan(0.75);
  });
});

describe('nextShare', () => {
  const LIMIT = 50;

  /** Each in turn says what it asks for, until nothing moves. */
  function settle(
    asked: readonly number[],
    shares: readonly number[],
    limit: number | null = LIMIT,
  ): number[] {
    const all: Standing[] = asked.map((askedCount, index) => ({ askedCount, share: shares[index] ?? 0 }));
    for (let turn = 0; turn < 40 * all.length; turn++) {
      const index = turn % all.length;
      const own = all[index] as Standing;
      const others = all.filter((_one, at) => at !== index);
      all[index] = { ...own, share: nextShare(own, others, limit) };
      expect(all.reduce((sum, { share }) => sum + share, 0)).toBeLessThanOrEqual(1 + 1e-9);
    }
    return all.map(({ share }) => share);
  }
  const callsOf = (shares: readonly number[]) => shares.map((share) => Math.round(share * LIMIT * 1e6) / 1e6);

  it.each([
    [
      [49, 51],
      [0.49, 0.51],
    ],
    [[10, 11], []],
    [[33, 33, 34], []],
    [
      [0, 1],
      [0.5, 0.5],
    ],
  ])('asked %j: every share is whole calls, and no call of the limit is left to nobody', (asked, shares) => {
    const calls = callsOf(settle(asked, shares));
    expect(calls.every(Number.isInteger)).toBe(true);
    expect(calls.reduce((sum, count) => sum + count, 0)).toBe(LIMIT);
  });

  it('what swings with the window moves few calls at a time', () => {
    const shareAfter = (asked: number): number =>
      nextShare({ askedCount: asked, share: 0.5 }, [{ askedCount: 100 - asked, share: 0.5 }], LIMIT);
    expect(callsOf([shareAfter(60), shareAfter(49), shareAfter(40), shareAfter(25)])).toEqual([
      25, 25, 24, 22,
    ]);
  });

  it('work that has moved takes its share along', () => {
    expect(callsOf(settle([20, 80], [0.5, 0.5]))).toEqual([12, 38]);
  });

  it('whoever has little can ask for little: in want of more, he comes to have more and more', () => {
    let shares = [0.94, 0.06];
    for (let second = 0; second < 120; second++)
      shares = settle(
        shares.map((share) => share * LIMIT),
        shares,
      );
    expect(Math.min(...callsOf(shares))).toBeGreaterThanOrEqual(0.3 * LIMIT);
  });

  it('one that begins has its part as soon as the other has spoken', () => {
    const first = nextShare({ askedCount: 500, share: 1 }, [{ askedCount: 0, share: 0 }], LIMIT);
    const second = nextShare({ askedCount: 0, share: 0 }, [{ askedCount: 500, share: first }], LIMIT);
    expect(callsOf([first, second])).toEqual([48, 2]);
  });

  it('a side without such a limit is shared all the same', () => {
    expect(settle([20, 80], [0.5, 0.5], null)[1]).toBeGreaterThan(0.7);
  });
});
