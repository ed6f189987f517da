import { deleteCountMax, deleteLimitOf } from './delete-limit';

const usual = { countMax: 1_000, percentMax: 20, windowMs: 3_600_000 };

describe('deleteCountMax', () => {
  it.each([
    ['a large map', 1_000_000, 1_000],
    ['a map of some thousands', 3_000, 600],
    ['a small map', 40, 100],
  ])('given %s of %d rows, then it may delete %d', (_, pairCount, count) => {
    expect(deleteCountMax(usual, { pairCount })).toBe(count);
  });

  it('given a limit of its own, then that holds where it says something', () => {
    const limit = deleteLimitOf({ countMax: 5 }, usual);
    expect(limit).toEqual({ ...usual, countMax: 5 });
    expect(deleteCountMax(limit, { pairCount: 40 })).toBe(5);
  });
});
