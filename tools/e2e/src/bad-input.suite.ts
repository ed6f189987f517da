import { customersOf, FO_CUSTOMERS, accountOf, type Customer } from './customers';
import { eventually } from './eventually';
import type { MapStatus } from './dw';
import type { RunningStack } from './running-stack';

const MAP = 'customersv3-accounts';

/** Input that is wrong, or not there yet: it is named and set aside, and mended data goes through by itself. */
export function describeBadInput(stackOf: () => RunningStack): void {
  let stack: RunningStack;
  let customers: readonly Customer[];

  beforeAll(async () => {
    stack = stackOf();
    await stack.untilInStep();
    customers = (await customersOf(stack)).slice(1600, 1620);
  });

  const book = async (): Promise<MapStatus> => {
    const found = (await stack.dw.status()).find((map) => map.name === MAP);
    if (found === undefined) throw new Error(`${MAP} is not in the status`);
    return found;
  };
  const balanced = (map: MapStatus): boolean =>
    map.examined ===
    map.written.fo +
      map.written.dataverse +
      map.unchanged +
      map.filtered +
      map.parked +
      map.waiting +
      map.held;

  it('when the target refuses a row, then it is parked with the reason of the side, and mended data goes through', async () => {
    const [one] = customers;
    if (one === undefined) throw new Error('there are too few customers');
    const dataverse = await stack.sandbox('dataverse');
    const { oauth } = await stack.file();
    // A plug-in of the customer's own cancels the save: a reason that no schema tells beforehand.
    await dataverse.faults([
      {
        match: { table: 'accounts', method: 'PATCH', caller: oauth.clientId },
        effect: { status: 400 },
        times: 1,
      },
    ]);
    await stack.person.patch('fo', one.path.fo, { SalesMemo: 'refused' });
    await eventually(async () => (await book()).parked === 1, { what: 'the pair is parked' });
    expect(balanced(await book())).toBe(true);
    await eventually(async () => (await stack.dw.errors()).some(({ what }) => what === 'parked'), {
      what: 'the journal tells of it',
    });
    await stack.person.patch('fo', one.path.fo, { SalesMemo: 'mended' });
    await eventually(
      async () => (await stack.person.get('dataverse', one.path.dataverse))['description'] === 'mended',
      { what: 'the mended value is in Dataverse' },
    );
    await eventually(async () => (await book()).parked === 0, { what: 'nothing is parked' });
  });

  it('when a value is too long for the target, then it is parked and names the field; a shorter one goes through', async () => {
    const [, one] = customers;
    if (one === undefined) throw new Error('there are too few customers');
    await stack.person.patch('fo', one.path.fo, { PrimaryContactFax: '9'.repeat(60) });
    await eventually(async () => (await book()).parked === 1, { what: 'the pair is parked' });
    expect(JSON.stringify(await stack.dw.row(one.key))).toContain('fax');
    await stack.person.patch('fo', one.path.fo, { PrimaryContactFax: '99' });
    await eventually(async () => (await stack.person.get('dataverse', one.path.dataverse))['fax'] === '99', {
      what: 'the shorter value is in Dataverse',
    });
  });

  it('when a lookup target is missing, then the row waits, and goes on when the target appears', async () => {
    const account = 'E2E-WAITS';
    const [like] = customers;
    if (like === undefined) throw new Error('there are too few customers');
    const row = await stack.person.get('fo', like.path.fo);
    await stack.person.post('fo', `${FO_CUSTOMERS}?cross-company=true`, {
      dataAreaId: like.company,
      CustomerAccount: account,
      OrganizationName: 'Waits for its group',
      PartyType: 'Organization',
      CustomerGroupId: 'E2E-NEW',
      SalesCurrencyCode: row['SalesCurrencyCode'],
    });
    await eventually(async () => (await book()).waiting === 1, { what: 'the pair waits' });
    expect(balanced(await book())).toBe(true);
    await stack.person.post('fo', '/data/CustomerGroups?cross-company=true', {
      dataAreaId: like.company,
      CustomerGroupId: 'E2E-NEW',
      Description: 'Made after its customer',
    });
    expect((await accountOf(stack, account))['name']).toBe('Waits for its group');
    await eventually(async () => (await book()).waiting === 0, { what: 'nothing waits' });
    await stack.untilInStep();
  });

  it('when a map file is wrong, then everything that is wrong is named at once and nothing is applied', async () => {
    const text = [
      'apiVersion: dualwrite.io/v1',
      'kind: TableMap',
      'metadata: { name: wrong }',
      'spec:',
      '  fo: { entity: CustomersV3 }',
      '  dataverse: { table: account }',
      '  key: [{ fo: CustomerAccount, dataverse: accountnumber }]',
      '  fields:',
      '    - { fo: NoSuchField, dataverse: name }',
      '    - { fo: CreditLimit, dataverse: nosuchcolumn }',
    ].join('\n');
    const applied = stack.dw.apply({ name: 'wrong.yaml', text });
    await expect(applied).rejects.toThrow(/422[\s\S]*NoSuchField[\s\S]*nosuchcolumn/);
    expect((await stack.dw.status()).map((map) => map.name)).not.toContain('wrong');
  });
}
