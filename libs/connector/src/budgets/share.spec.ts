import { shareAmong } from './share';

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
