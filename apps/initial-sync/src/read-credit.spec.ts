import type { PlannedMap } from './baseline-run';
import { ReadCredit } from './read-credit';
import type { TableRead } from './table-read';

const CHUNK_ROW_COUNT = 1_000;
const read = { id: 'r', side: 'fo', table: 'CustomersV3' } as TableRead;

function credit(of: { lagCount: number; openCount: number; desired?: PlannedMap['desired'] }) {
  const map = {
    name: 'customers',
    desired: of.desired ?? 'running',
    table: { fo: 'CustomersV3', dataverse: 'account' },
  };
  const backlog = {
    rowCount: (_: unknown, maps: readonly string[]) => Promise.resolve(maps.length === 0 ? 0 : of.lagCount),
  };
  const maps = new Map([['customers', map as unknown as PlannedMap]]);
  return new ReadCredit(backlog, { openCountOf: () => of.openCount }, CHUNK_ROW_COUNT).of([read], maps);
}

describe('ReadCredit', () => {
  it.each([
    ['all is settled', { lagCount: 0, openCount: 0 }, true],
    ['the last chunk alone is not planned', { lagCount: 1_000, openCount: 0 }, true],
    ['the last but one is not planned either', { lagCount: 1_001, openCount: 0 }, false],
    ['its writes have no answers', { lagCount: 0, openCount: 1_001 }, false],
    ['the map is paused', { lagCount: 5_000, openCount: 0, desired: 'paused' as const }, true],
  ])('given %s, then the next chunk goes: %#', async (_, of, mayGoOn) => {
    expect((await credit(of)).has('r')).toBe(mayGoOn);
  });
});
