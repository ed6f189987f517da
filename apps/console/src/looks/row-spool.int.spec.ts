import { SIDES, type Side } from '@dualwrite/events';
import type { FreshRow, PairView } from '@dualwrite/proof';
import { testDatabase } from '@dualwrite/testing';
import { DataSource } from 'typeorm';
import { RowSpool } from './row-spool';

jest.setTimeout(60_000);

const ROW_COUNT = 500;
const ROWS_HELD_MAX = 90;

/** Digits that a JavaScript number would round, texts that a database might not keep as they are. */
const rowOf = (side: Side, number: number): FreshRow => ({
  nativeId: `${side}-${number}`,
  version: `W/"${number}"`,
  cells: {
    amount: '922337203685477.5807',
    text: `O'Brien\\ "x" ${number} é`,
    none: null,
    flag: true,
    count: number,
  },
});

const pairOf = (number: number): PairView => ({
  pairId: String(number),
  key: null,
  verdict: 'unchanged',
  parks: ["it's"],
  open: 0,
  rows: {
    fo: { nativeId: `fo-${number}`, version: '1' },
    dataverse: { nativeId: `dataverse-${number}`, version: null },
  },
  ended: { fo: [], dataverse: [] },
});

describe('RowSpool', () => {
  let database: DataSource;
  beforeAll(async () => {
    database = await new DataSource({ type: 'postgres', url: testDatabase().url, poolSize: 2 }).initialize();
  });
  afterAll(() => database.destroy());

  const filled = async (rowsHeldMax: number): Promise<RowSpool> => {
    const spool = new RowSpool(database, rowsHeldMax);
    for (const map of ['one', 'other'])
      for (const side of SIDES)
        for (let number = 0; number < ROW_COUNT; number += 1)
          await spool.add(map, side, `key-${number}`, rowOf(side, number));
    return spool;
  };

  it.each([
    ['more rows than are held', ROWS_HELD_MAX, true],
    ['rows that are held', 10 * ROW_COUNT, false],
  ])(
    'given %s, then each comes back once and as it was, together with the rows of its name',
    async (_, max, isPutAside) => {
      const spool = await filled(max);
      try {
        const seen: Record<Side, FreshRow[]> = { fo: [], dataverse: [] };
        let largest = 0;
        for await (const rows of spool.portions('one')) {
          expect(rows.fo.map(({ cells }) => cells['count']).sort()).toEqual(
            rows.dataverse.map(({ cells }) => cells['count']).sort(),
          );
          for (const side of SIDES) seen[side].push(...rows[side]);
          largest = Math.max(largest, rows.fo.length);
        }
        for (const side of SIDES) {
          const sorted = [...seen[side]].sort((a, b) => Number(a.cells['count']) - Number(b.cells['count']));
          expect(sorted).toEqual(Array.from({ length: ROW_COUNT }, (__, number) => rowOf(side, number)));
        }
        // Some 1/256 of them each, where they were too many.
        expect(largest < ROW_COUNT / 16).toBe(isPutAside);
      } finally {
        await spool.close();
      }
    },
  );

  it.each([
    ['more than are held', ROWS_HELD_MAX],
    ['those that are held', 10 * ROW_COUNT],
  ])('given pairs, %s, then each is found by either of its rows, once', async (_, max) => {
    const spool = await filled(max);
    try {
      for (let number = 0; number < ROW_COUNT; number += 1) await spool.addPair('one', pairOf(number));
      const rows = {
        fo: [rowOf('fo', 7), rowOf('fo', 8)],
        dataverse: [rowOf('dataverse', 8), rowOf('dataverse', 9)],
      };
      const found = (await spool.pairsOf('one', rows)).filter(({ pairId }) =>
        ['7', '8', '9'].includes(pairId),
      );
      expect(found.map(({ pairId }) => pairId).sort()).toEqual(['7', '8', '9']);
      expect(found.find(({ pairId }) => pairId === '8')).toEqual(pairOf(8));
    } finally {
      await spool.close();
    }
  });

  it('when it is closed, then nothing is left of it, also where nobody read it', async () => {
    const spool = await filled(ROWS_HELD_MAX);
    await spool.close();
    const left = await database.query(`select 1 from pg_tables where tablename like 'looked_%'`);
    expect(left).toEqual([]);
    await (await filled(ROWS_HELD_MAX)).close();
  });
});
