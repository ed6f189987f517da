import { emptyPair, type PairState, type Verdict } from '@dualwrite/planner';
import { book, noChange } from './book-store';

const aPair = (verdict: Verdict | null, intentCount = 0): PairState => ({
  ...emptyPair({ pairId: 'p', key: 'k', epoch: 1, mapVersion: 1 }),
  verdict,
  intents: Array.from({ length: intentCount }) as unknown as PairState['intents'],
});

describe('book', () => {
  it.each([
    ['a new pair', null, aPair('waiting'), { waiting: 1 }],
    [
      'a pair that was written',
      aPair('waiting'),
      aPair('written-fo', 1),
      { waiting: -1, 'written-fo': 1, open: 1 },
    ],
    ['an answer', aPair('written-fo', 1), aPair('written-fo'), { open: -1 }],
    ['a pair that was taken in by another', aPair('parked'), null, { parked: -1 }],
  ])('given %s, then each class moves by as much', (_, before, after, change) => {
    const changes = noChange();
    book(changes, before, after);
    expect(changes).toEqual({ ...noChange(), ...change });
  });
});
