import type { Side } from '@dualwrite/events';
import {
  accountOf,
  companyCodes,
  customersOf,
  DATAVERSE_ACCOUNTS,
  FO_CUSTOMERS,
  foCustomerPath,
  navigationProperties,
  type Customer,
} from './customers';
import { eventually } from './eventually';
import type { RunningStack } from './running-stack';

/** What a person does on one side is seen on the other: edits, creates, deletes, both ways, and no echo comes back. */
export function describeThereAndBack(stackOf: () => RunningStack): void {
  let stack: RunningStack;
  let customers: readonly Customer[];

  beforeAll(async () => {
    stack = stackOf();
    customers = await customersOf(stack);
  });

  const shown = (side: Side, customer: Customer, field: string, value: unknown) =>
    eventually(async () => (await stack.person.get(side, customer.path[side]))[field] === value, {
      what: `${field} of ${customer.key} is ${String(value)} in ${side}`,
    });
  const customer = (index: number): Customer => {
    const found = customers[index];
    if (found === undefined) throw new Error(`there are only ${customers.length} customers`);
    return found;
  };

  it('when a person edits a customer in F&O, then it is seen in Dataverse', async () => {
    await stack.person.patch('fo', customer(0).path.fo, { OrganizationName: 'Renamed in F&O' });
    await shown('dataverse', customer(0), 'name', 'Renamed in F&O');
  });

  it('when a person edits it in Dataverse, then it is seen in F&O', async () => {
    await stack.person.patch('dataverse', customer(0).path.dataverse, { name: 'Renamed in Dataverse' });
    await shown('fo', customer(0), 'OrganizationName', 'Renamed in Dataverse');
  });

  it('when a customer is created in F&O, then it is made in Dataverse, once', async () => {
    const account = 'E2E-FO-1';
    const like = await stack.person.get('fo', customer(0).path.fo);
    await stack.person.post('fo', `${FO_CUSTOMERS}?cross-company=true`, {
      dataAreaId: 'usmf',
      CustomerAccount: account,
      OrganizationName: 'Made in F&O',
      PartyType: 'Organization',
      CustomerGroupId: like['CustomerGroupId'],
      SalesCurrencyCode: like['SalesCurrencyCode'],
    });
    expect((await accountOf(stack, account))['name']).toBe('Made in F&O');
    await stack.untilInStep();
    const rows = await (await stack.sandbox('dataverse')).rows('accounts');
    expect(rows.filter((row) => row['accountnumber'] === account)).toHaveLength(1);
  });

  it('when an account is created in Dataverse, then it is made in F&O', async () => {
    const account = 'E2E-DV-1';
    const like = await stack.person.get('dataverse', customer(0).path.dataverse);
    const names = await navigationProperties(stack, 'account');
    const bind = (column: string, set: string) => ({
      [`${names.get(column) ?? column}@odata.bind`]: `/${set}(${String(like[`_${column}_value`])})`,
    });
    await stack.person.post('dataverse', DATAVERSE_ACCOUNTS, {
      accountnumber: account,
      name: 'Made in Dataverse',
      customertypecode: 3,
      ...bind('msdyn_company', 'cdm_companies'),
      ...bind('msdyn_customergroupid', 'msdyn_customergroups'),
      ...bind('transactioncurrencyid', 'transactioncurrencies'),
    });
    const company = (await companyCodes(stack)).get(String(like['_msdyn_company_value'])) ?? '';
    await eventually(
      async () => {
        const row = await stack.person.get('fo', foCustomerPath(company, account));
        return row['OrganizationName'] === 'Made in Dataverse';
      },
      { what: `${account} is in F&O` },
    );
    await stack.untilInStep();
  });

  it.each<[Side, Side, number]>([
    ['fo', 'dataverse', 1],
    ['dataverse', 'fo', 2],
  ])(
    'when a person deletes a customer in %s, then it is gone in %s, and stays so',
    async (here, there, index) => {
      await stack.person.delete(here, customer(index).path[here]);
      await eventually(
        async () => (await stack.person.send(there, 'GET', customer(index).path[there])).status === 404,
        { what: `${customer(index).key} is gone in ${there}` },
      );
      await stack.untilInStep();
      expect((await stack.person.send(here, 'GET', customer(index).path[here])).status).toBe(404);
    },
  );

  it('when 1,000 customers are edited on either side, then each edit is written once, and nothing else is', async () => {
    await stack.untilInStep();
    const sandboxes = [await stack.sandbox('fo'), await stack.sandbox('dataverse')] as const;
    const before = await Promise.all(sandboxes.map((sandbox) => sandbox.writeCount()));
    const edited = customers.slice(10, 1010);
    await inLanes(edited, 16, (one, index) =>
      index % 2 === 0
        ? stack.person.patch('fo', one.path.fo, { SalesMemo: `memo ${index}` })
        : stack.person.patch('dataverse', one.path.dataverse, { description: `memo ${index}` }),
    );
    await stack.untilInStep();
    const after = await Promise.all(sandboxes.map((sandbox) => sandbox.writeCount()));
    // 500 edits by people and 500 of ours on each side: no echo comes back.
    expect(after.map((count, index) => count - (before[index] ?? 0))).toEqual([1000, 1000]);
  });
}

/** Runs `act` over all items, so many at a time. */
export async function inLanes<T>(
  items: readonly T[],
  laneCount: number,
  act: (item: T, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) await act(items[index] as T, index);
  };
  await Promise.all(Array.from({ length: laneCount }, lane));
}
