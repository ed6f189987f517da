import { eventually } from './eventually';
import { startStack, type RunningStack } from './running-stack';

/** A customer that is on both sides, and where it is found on each. */
interface Customer {
  readonly foPath: string;
  readonly dataversePath: string;
}

async function aCustomer(stack: RunningStack): Promise<Customer> {
  const companies = await (await stack.sandbox('dataverse')).rows('cdm_companies');
  const codes = new Map(companies.map((row) => [row['cdm_companyid'], String(row['cdm_companycode'])]));
  const [account] = await (await stack.sandbox('dataverse')).rows('accounts');
  if (account === undefined) throw new Error('there is no account in Dataverse');
  const company = codes.get(account['_msdyn_company_value']) ?? '';
  return {
    foPath: `/data/CustomersV3(dataAreaId='${company.toLowerCase()}',CustomerAccount='${String(account['accountnumber'])}')?cross-company=true`,
    dataversePath: `/api/data/v9.2/accounts(${String(account['accountid'])})`,
  };
}

describe('given the demo customers in step', () => {
  let stack: RunningStack;
  let customer: Customer;

  beforeAll(async () => {
    stack = await startStack();
    customer = await aCustomer(stack);
  }, 180_000);
  afterAll(() => stack?.stop(), 60_000);

  it('when a person edits a customer in F&O, then it is seen in Dataverse', async () => {
    await stack.person.patch('fo', customer.foPath, { OrganizationName: 'Renamed in F&O' });
    await eventually(
      async () => (await stack.person.get('dataverse', customer.dataversePath))['name'] === 'Renamed in F&O',
      { what: 'the name from F&O is in Dataverse' },
    );
  });

  it('when a person edits it in Dataverse, then it is seen in F&O', async () => {
    await stack.person.patch('dataverse', customer.dataversePath, { name: 'Renamed in Dataverse' });
    await eventually(
      async () =>
        (await stack.person.get('fo', customer.foPath))['OrganizationName'] === 'Renamed in Dataverse',
      { what: 'the name from Dataverse is in F&O' },
    );
  });

  it('then both sides agree, and nothing more is written', async () => {
    await stack.untilInStep();
    const [fo, dataverse] = await Promise.all([stack.sandbox('fo'), stack.sandbox('dataverse')]);
    const before = [await fo.writeCount(), await dataverse.writeCount()];
    await stack.untilInStep();
    expect([await fo.writeCount(), await dataverse.writeCount()]).toEqual(before);
  });
});
