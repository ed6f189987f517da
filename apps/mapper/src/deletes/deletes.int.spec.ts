import { randomUUID } from 'node:crypto';
import { eventually, testBroker, testDatabase } from '@dualwrite/testing';
import { customersRecord, MAP } from '../testing/customers-map';
import { MapperHarness } from '../testing/mapper-harness';
import { account, companyRow, customer, groupRow } from '../testing/observations';
import { HeldDeletesDesk } from './held-deletes';

const PAIR_COUNT = 9;
const COUNT_MAX = 3;

describe('given a map that may delete a few rows in an hour, and two replicas', () => {
  let harness: MapperHarness;
  afterEach(() => harness.close());

  it('when many are deleted, then the rest is held, and goes only once a person has named how many', async () => {
    harness = await MapperHarness.start(
      { broker: testBroker(), database: testDatabase(), eventually },
      customersRecord({ deleteLimit: { countMax: COUNT_MAX } }),
    );
    await harness.observe(companyRow(), groupRow());
    const { app } = await harness.replica();
    await harness.replica();
    const desk = app.get(HeldDeletesDesk);
    const numbers = Array.from({ length: PAIR_COUNT }, (_, index) => `C-${index}`);
    const ids = new Map(numbers.map((number) => [number, randomUUID()]));
    await harness.observe(...numbers.map((number) => customer(number)));
    await harness.observe(...numbers.map((number) => account(ids.get(number) ?? '', number)));
    await harness.cover('fo', 'dataverse');
    await eventually(
      async () =>
        (await harness.query(`select 1 from pair where verdict = 'unchanged'`)).length === PAIR_COUNT,
    );

    await harness.observe(...numbers.map((number) => customer(number, null)));
    await eventually(async () => (await desk.look(MAP)).heldCount === PAIR_COUNT - COUNT_MAX);
    await harness.settled(MAP);
    await eventually(() => harness.writes.length === COUNT_MAX);
    expect(harness.writes.every(({ kind }) => kind === 'delete')).toBe(true);
    const held = await desk.look(MAP);
    expect(held).toMatchObject({ areHeld: true, deletedCount: COUNT_MAX, countMax: COUNT_MAX });
    expect(held.reason).toContain('3 rows were deleted within 60 min');
    expect(held.samples).toHaveLength(PAIR_COUNT - COUNT_MAX);
    expect(held.samples[0]).toMatchObject({ key: expect.stringMatching(/^usmf\/C-/), side: 'dataverse' });
    await eventually(() => harness.journal.filter(({ event }) => event === 'deletes-held').length === 1);

    // Seen again, they wait on; other changes of the map travel meanwhile.
    await harness.observe(customer('C-new'));
    await eventually(() => harness.writes.some(({ kind }) => kind === 'create'));
    expect(await desk.release(MAP, { count: 1 })).toBe(PAIR_COUNT - COUNT_MAX);
    expect(await desk.look(MAP)).toMatchObject({ areHeld: true });

    const released = await desk.release(MAP, { count: PAIR_COUNT - COUNT_MAX, reason: 'year end' });
    expect(released).toMatchObject({ kind: 'retry', total: PAIR_COUNT - COUNT_MAX });
    await eventually(() => harness.writes.filter(({ kind }) => kind === 'delete').length === PAIR_COUNT);
    expect(await desk.look(MAP)).toMatchObject({ areHeld: false, heldCount: 0, deletedCount: 0 });
    await eventually(() =>
      harness.journal.some(
        ({ event, text }) =>
          event === 'deletes-released' && text === '6 held deletes were released: year end',
      ),
    );
  });
});
