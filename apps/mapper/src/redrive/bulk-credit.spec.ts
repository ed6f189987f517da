import { BULK_CHUNK_PAIR_COUNT, bulkCredit, BulkShare, LIVE_WRITES_PER_CHUNK } from './bulk-credit';

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

describe('BulkShare', () => {
  const FULL = 10 * BULK_CHUNK_PAIR_COUNT;

  it('given live changes that never leave a credit, then one write in ten is of bulk work', () => {
    const share = new BulkShare();
    let bulkCount = 0;
    let liveCount = 0;
    for (; liveCount < 10 * LIVE_WRITES_PER_CHUNK; liveCount += 9) {
      share.noteLive(9);
      const credit = share.creditFor(FULL);
      if (credit > 0) share.noteChunk();
      bulkCount += credit;
    }
    expect(bulkCount / (bulkCount + liveCount)).toBe(0.1);
  });

  it('given no live changes, then a credit is all that counts', () => {
    const share = new BulkShare();
    expect([share.creditFor(0), share.creditFor(FULL)]).toEqual([BULK_CHUNK_PAIR_COUNT, 0]);
  });
});
