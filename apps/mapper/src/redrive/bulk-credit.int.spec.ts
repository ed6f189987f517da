import { randomUUID } from 'node:crypto';
import { eventually, testBroker, testDatabase } from '@dualwrite/testing';
import type { Write } from '@dualwrite/events';
import { customersRecord, MAP } from '../testing/customers-map';
import { MapperHarness } from '../testing/mapper-harness';
import { account, companyRow, customer, groupRow } from '../testing/observations';
import { BULK_CHUNK_PAIR_COUNT } from './bulk-credit';

jest.setTimeout(90_000);

const WAITING_COUNT = 450;
const IN_FLIGHT_MAX = 2 * BULK_CHUNK_PAIR_COUNT;

describe('given hundreds of rows that wait for coverage, and a pair that agrees', () => {
  let harness: MapperHarness;
  const accountId = randomUUID();
  beforeAll(async () => {
    harness = await MapperHarness.start(
      { broker: testBroker(), database: testDatabase(), eventually },
      customersRecord(),
    );
    await harness.observe(companyRow(), groupRow());
    await harness.replica();
    await harness.observe(customer('LIVE'), account(accountId, 'LIVE'));
    await Promise.all(
      Array.from({ length: WAITING_COUNT }, (_, index) => harness.observe(customer(`B-${index}`))),
    );
    await harness.settled(MAP);
  });
  afterAll(() => harness.close());

  const answer = async (writes: readonly Write[]): Promise<void> => {
    await Promise.all(
      writes.map((write) => {
        const number = String(write.patch['accountnumber']);
        const row = account(write.rowId ?? '', number);
        return harness.observe({
          ...row,
          results: { [write.id]: { outcome: 'applied' } },
          last: { [write.pairId]: write.intent },
        });
      }),
    );
  };

  it('when the side is covered, then two chunks of writes go out and no more before answers come', async () => {
    await harness.cover('dataverse');
    await eventually(() => harness.writes.length >= IN_FLIGHT_MAX, { until: 'two chunks are out' });
    expect(harness.writes).toHaveLength(IN_FLIGHT_MAX);
    expect(harness.writes.every(({ isBulk, kind }) => isBulk === true && kind === 'create')).toBe(true);
  });

  it('when somebody edits meanwhile, then that write goes out at once, and is told from the bulk', async () => {
    await harness.observe(customer('LIVE', { CreditLimit: '77' }));
    const live = await eventually(() => harness.writes.find(({ kind }) => kind === 'update'));
    expect(live).toMatchObject({ nativeId: accountId, patch: { creditlimit: '77' } });
    expect(live.isBulk).toBeUndefined();
    // Nothing of the bulk has gone before it that was not out already.
    expect(harness.writes.indexOf(live)).toBe(IN_FLIGHT_MAX);
  });

  it('when answers come, then the rest follows chunk by chunk until every row is written', async () => {
    let answered = 0;
    let unansweredMax = 0;
    const bulk = (): readonly Write[] => harness.writes.filter(({ isBulk }) => isBulk);
    while (answered < WAITING_COUNT) {
      await eventually(() => bulk().length > answered, { until: 'more bulk writes are out' });
      unansweredMax = Math.max(unansweredMax, bulk().length - answered);
      const next = bulk().slice(answered, answered + BULK_CHUNK_PAIR_COUNT);
      await answer(next);
      answered += next.length;
      await harness.settled(MAP);
    }
    expect(bulk()).toHaveLength(WAITING_COUNT);
    expect(unansweredMax).toBeLessThanOrEqual(IN_FLIGHT_MAX);
  });

  it('when a whole table is read behind the coverage, then its rows are taken in at once, and written chunk by chunk', async () => {
    const readCount = 300;
    const before = harness.writes.length;
    await Promise.all(
      Array.from({ length: readCount }, (_, index) =>
        harness.observe({ ...customer(`R-${index}`), via: 'chunk' }),
      ),
    );
    await eventually(
      async () => {
        const [found] = await harness.query<{ n: number }>(
          `select count(*)::int as n from pair where map = $1 and key like 'usmf/R-%'`,
          [MAP],
        );
        return found?.n === readCount;
      },
      { until: 'all rows are taken in' },
    );
    const bulk = (): readonly Write[] => harness.writes.slice(before);
    let unansweredMax = 0;
    for (let answered = 0; answered < readCount;) {
      await eventually(() => bulk().length > answered, { until: 'more bulk writes are out' });
      unansweredMax = Math.max(unansweredMax, bulk().length - answered);
      const next = bulk().slice(answered, answered + BULK_CHUNK_PAIR_COUNT);
      await answer(next);
      answered += next.length;
      await harness.settled(MAP);
    }
    expect(bulk()).toHaveLength(readCount);
    expect(bulk().every(({ isBulk }) => isBulk === true)).toBe(true);
    // Partitions and the re-drive each count for themselves at the same moment: one chunk more at most.
    expect(unansweredMax).toBeLessThanOrEqual(IN_FLIGHT_MAX + BULK_CHUNK_PAIR_COUNT);
  });
});
