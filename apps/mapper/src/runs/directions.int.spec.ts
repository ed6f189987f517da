import { randomUUID } from 'node:crypto';
import type { Directions } from '@dualwrite/events';
import { eventually, testBroker, testDatabase } from '@dualwrite/testing';
import { customersRecord, MAP } from '../testing/customers-map';
import { MapperHarness } from '../testing/mapper-harness';
import { account, companyRow, customer, groupRow } from '../testing/observations';

describe('given a running map of which one company goes one way', () => {
  let harness: MapperHarness;
  afterEach(() => harness.close());

  it('then edits of the target are left, and travel once it goes both ways again', async () => {
    harness = await MapperHarness.start(
      { broker: testBroker(), database: testDatabase(), eventually },
      customersRecord(),
    );
    await harness.observe(companyRow(), groupRow());
    await harness.replica();
    const id = randomUUID();
    await harness.observe(customer('C-1'), account(id, 'C-1'));
    await harness.cover('fo', 'dataverse');
    await eventually(
      async () => (await harness.query(`select 1 from pair where verdict = 'unchanged'`)).length === 1,
    );

    await goes(1, { companies: { usmf: 'to-dataverse' } });
    await harness.observe(account(id, 'C-1', { creditlimit: '7' }), account(randomUUID(), 'C-2'));
    await eventually(
      async () => (await harness.query(`select 1 from pair where verdict = 'filtered'`)).length === 1,
    );
    await harness.settled(MAP);
    expect(harness.writes).toEqual([]);
    await harness.observe(customer('C-1', { OrganizationName: 'New' }));
    await eventually(() => harness.writes.length === 1);
    expect(harness.writes[0]).toMatchObject({ side: 'dataverse', patch: { name: 'New' } });
    await harness.observe(account(id, 'C-1', { creditlimit: '7', name: 'New' }));
    await harness.settled(MAP);

    await goes(2, {});
    await eventually(() => harness.writes.filter(({ side }) => side === 'fo').length === 2);
    expect(harness.writes.filter(({ side }) => side === 'fo')).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'update', patch: { CreditLimit: '7' } }),
        expect.objectContaining({ kind: 'create' }),
      ]),
    );
  });

  const goes = async (n: number, directions: Directions): Promise<void> => {
    const changedAt = `2026-01-01T00:00:0${n}.000Z`;
    await harness.publishMap(customersRecord({ directions, changedAt }));
    await harness.mapStatus((status) => status.changedAt === changedAt);
  };
});
