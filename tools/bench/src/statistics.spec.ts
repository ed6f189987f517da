import { median, spread } from './statistics';

describe('median', () => {
  it.each([
    ['an odd count', [9, 1, 5], 5],
    ['an even count', [4, 1, 3, 2], 2.5],
    ['one value', [7], 7],
  ])('given %s, then it is the middle', (_, values, middle) => {
    expect(median(values)).toBe(middle);
  });
});

it('given runs between 8 and 12 around 10, then the spread is 0.4', () => {
  expect(spread([8, 10, 12])).toBeCloseTo(0.4);
});
