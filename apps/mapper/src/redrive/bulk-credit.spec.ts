import { BULK_CHUNK_PAIR_COUNT, bulkCredit } from './bulk-credit';

describe('bulkCredit', () => {
  it.each([
    ['nothing is under way, then a chunk may go', 0, BULK_CHUNK_PAIR_COUNT],
    ['one chunk is under way, then a second may go', BULK_CHUNK_PAIR_COUNT, BULK_CHUNK_PAIR_COUNT],
    ['the last but one has not settled, then none may go', BULK_CHUNK_PAIR_COUNT + 1, 0],
    ['books are ahead of what was opened, then a chunk may go', -1, BULK_CHUNK_PAIR_COUNT],
  ])('given %s', (_, openCount, credit) => {
    expect(bulkCredit(openCount)).toBe(credit);
  });
});
