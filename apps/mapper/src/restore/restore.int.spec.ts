import { randomUUID } from 'node:crypto';
import { INTENTS_PER_EPOCH, mapperEpochOf, type Observation, type Write } from '@dualwrite/events';
import { backUpSchema, eventually, testBroker, testDatabase, type TestDatabase } from '@dualwrite/testing';
import { customersRecord, MAP } from '../testing/customers-map';
import { MapperHarness } from '../testing/mapper-harness';
import { account, companyRow, customer, groupRow } from '../testing/observations';

jest.setTimeout(120_000);

/** The answer of a connector: the row as it was written, with the result on it. */
const answer = (write: Write, row: Observation): Observation => ({
  ...row,
  results: { [write.id]: { outcome: 'applied' } },
  last: { [write.pairId]: write.intent },
});

describe('given a mapper with pairs in step (rule 24)', () => {
  let harness: MapperHarness;
  let database: TestDatabase;
  const id = { first: randomUUID(), second: randomUUID(), third: randomUUID() };

  beforeEach(async () => {
    database = testDatabase();
    harness = await MapperHarness.start({ broker: testBroker(), database, eventually }, customersRecord());
    await harness.observe(companyRow(), groupRow());
  });
  afterEach(() => harness.close());

  const pairs = () =>
    harness.query<{ key: string; verdict: string }>(
      `select key, verdict from pair where map = $1 order by key`,
      [MAP],
    );
  const becomes = (expected: Readonly<Record<string, string>>) =>
    eventually(
      async () => {
        const found = Object.fromEntries((await pairs()).map(({ key, verdict }) => [key, verdict]));
        expect(found).toEqual(expected);
        return true;
      },
      { deadlineMs: 30_000 },
    );
  /** How far the mapper has counted in its database. */
  const beat = async (): Promise<bigint> => {
    const [row] = await harness.query<{ beat: string }>(`select beat::text from store_epoch`);
    return BigInt(row?.beat ?? 0);
  };
  const write = (test: (one: Write) => boolean) => eventually(() => harness.writes.find(test));

  it('when its database is restored, then it takes the topics in before it plans, and guesses nothing', async () => {
    const before = await harness.replica();
    await harness.observe(
      customer('C-1'),
      account(id.first, 'C-1'),
      customer('C-2'),
      account(id.second, 'C-2'),
    );
    await harness.observe(customer('C-3'), account(id.third, 'C-3'));
    await becomes({ 'usmf/C-1': 'unchanged', 'usmf/C-2': 'unchanged', 'usmf/C-3': 'unchanged' });
    await harness.cover('fo', 'dataverse');
    await harness.settled(MAP);
    const backup = await backUpSchema(database);
    const backedUp = await beat();

    // What is forgotten: an edit that was carried out, one that was only planned, a create.
    await harness.observe(customer('C-1', { CreditLimit: '1' }));
    const carriedOut = await write(({ patch }) => patch['creditlimit'] === '1');
    await harness.observe(answer(carriedOut, account(id.first, 'C-1', { creditlimit: '1' })));
    await harness.observe(customer('C-2', { CreditLimit: '2' }));
    await write(({ patch }) => patch['creditlimit'] === '2');
    await harness.observe(customer('C-4'));
    const create = await write(({ patch }) => patch['accountnumber'] === 'C-4');
    const made = create.rowId ?? '';
    await harness.observe(
      answer(create, account(made, 'C-4', {}, { origins: { [made]: create.source ?? '' } })),
    );
    // A loss of less than one beat is not noticed (ADR 0008).
    await eventually(async () => (await beat()) > backedUp);
    await harness.settled(MAP);
    await before.stop();
    await backup.restore();
    await backup.drop();
    // Both sides of one pair were edited, and nobody remembers who had seen what.
    await harness.observe(
      customer('C-3', { OrganizationName: 'by F&O' }),
      account(id.third, 'C-3', { name: 'by Dataverse' }),
    );

    const writeCount = harness.writes.length;
    await harness.confirmMapperEpoch(1);
    await harness.replica();
    await harness.mapStatus(({ state, reason }) => state === 'catching-up' && /restored/.test(reason ?? ''));
    await harness.settled(MAP);
    expect(harness.writes).toHaveLength(writeCount);

    await harness.confirmMapperEpoch(2);
    await becomes({
      'usmf/C-1': 'unchanged',
      'usmf/C-2': 'written-dataverse',
      'usmf/C-3': 'parked',
      'usmf/C-4': 'unchanged',
    });
    await write(({ intent }) => mapperEpochOf(intent) === 2);
    await harness.settled(MAP);
    const planned = harness.writes.slice(writeCount);
    expect(planned.map(({ patch, intent }) => [patch, mapperEpochOf(intent)])).toEqual([
      [{ creditlimit: '2' }, 2],
    ]);
    expect(planned[0]?.intent).toBeGreaterThan(2 * INTENTS_PER_EPOCH);
    await eventually(() => harness.journal.some(({ code }) => code === 'history-lost'));
    const told = harness.journal.filter(({ event }) => event === 'store-restored').map(({ code }) => code);
    expect(told).toEqual(['restored', 'caught-up']);
    expect(harness.journal.some(({ event }) => event === 'position-restored')).toBe(true);
  });

  it('when it is restored while the mapper is at work, then nothing is stored on top of it, and what it has forgotten is read again', async () => {
    const ended = jest.spyOn(process, 'exit').mockImplementation((() => undefined) as never);
    const before = await harness.replica();
    await harness.observe(customer('C-1'), account(id.first, 'C-1'));
    await becomes({ 'usmf/C-1': 'unchanged' });
    await harness.cover('fo', 'dataverse');
    await harness.settled(MAP);
    const backup = await backUpSchema(database);
    const backedUp = await beat();

    // What is forgotten: rows that were made, in every partition.
    const numbers = ['C-2', 'C-3', 'C-4', 'C-5', 'C-6', 'C-7'];
    await harness.observe(...numbers.map((number) => customer(number)));
    for (const number of numbers) {
      const create = await write(({ patch }) => patch['accountnumber'] === number);
      const made = create.rowId ?? '';
      const origins = { [made]: create.source ?? '' };
      await harness.observe(answer(create, account(made, number, {}, { origins })));
    }
    await eventually(async () => (await beat()) > backedUp);
    await harness.settled(MAP);
    const writeCount = harness.writes.length;
    await backup.restore();
    await backup.drop();
    // News comes in every partition at once, and the next beat later.
    const news = ['D-1', 'D-2', 'D-3', 'D-4', 'D-5', 'D-6'];
    await harness.observe(...news.map((number) => customer(number)));
    await eventually(() => ended.mock.calls.length > 0);
    expect((await pairs()).map(({ key }) => key)).toEqual(['usmf/C-1']);
    await before.stop();
    ended.mockRestore();

    await harness.confirmMapperEpoch(2);
    await harness.replica();
    await becomes({
      'usmf/C-1': 'unchanged',
      ...Object.fromEntries(numbers.map((number) => [`usmf/${number}`, 'unchanged'])),
      // Of the forgotten time: perhaps one of them had a partner, and lost it.
      ...Object.fromEntries(news.map((number) => [`usmf/${number}`, 'parked'])),
    });
    await harness.settled(MAP);
    expect(harness.writes).toHaveLength(writeCount);
  });

  it('when a register says that it was restored, then nothing is planned on what it knew before (rules 12, 23)', async () => {
    const before = await harness.replica();
    await harness.observe(customer('C-1'), account(id.first, 'C-1'));
    await becomes({ 'usmf/C-1': 'unchanged' });
    await harness.settled(MAP);
    await before.stop();

    await harness.beat('fo', { epoch: 2 });
    await harness.replica();
    await harness.observe(account(id.first, 'C-1', { name: 'Renamed meanwhile' }));
    await harness.settled(MAP);
    expect(harness.writes).toEqual([]);

    const again = customer('C-1');
    await harness.observe({ ...again, revision: { ...again.revision, epoch: 2 } });
    const planned = await write(({ side }) => side === 'fo');
    expect(planned).toMatchObject({ registerEpoch: 2, patch: { OrganizationName: 'Renamed meanwhile' } });
  });

  it('when its schema is dropped, then it is rebuilt from the topics, and nothing is written for it', async () => {
    const before = await harness.replica();
    const numbers = Array.from({ length: 30 }, (_, index) => `R-${10 + index}`);
    await harness.observe(...numbers.map((number) => customer(number)));
    await harness.observe(...numbers.map((number) => account(randomUUID(), number)));
    await harness.cover('fo', 'dataverse');
    const inStep = Object.fromEntries(numbers.map((number) => [`usmf/${number}`, 'unchanged']));
    await becomes(inStep);
    await harness.settled(MAP);
    await before.stop();
    await database.drop();

    await Promise.all([harness.replica(), harness.replica()]);
    await harness.confirmMapperEpoch(2);
    await becomes(inStep);
    expect(harness.writes).toEqual([]);
    // And it works: an edit travels.
    await harness.observe(customer('R-10', { CreditLimit: '7' }));
    expect(await write(({ patch }) => patch['creditlimit'] === '7')).toMatchObject({ kind: 'update' });
  });
});
