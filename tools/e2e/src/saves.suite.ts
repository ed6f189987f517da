import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  customersOf,
  DATAVERSE_ACCOUNTS,
  foCustomerPath,
  navigationProperties,
  type Customer,
} from './customers';
import { eventually } from './eventually';
import type { RunningStack } from './running-stack';
import type { Row } from './sandbox-side';

const MAP = 'customersv3-accounts';
/** By message: a new row has its id once it is written, so it is asked about behind that, in the same transaction. */
const STEPS = [
  { message: 'Update', id: '40000000-0000-4000-8000-000000000001', stage: 20 },
  { message: 'Create', id: '40000000-0000-4000-8000-000000000003', stage: 40 },
  { message: 'Delete', id: '40000000-0000-4000-8000-000000000004', stage: 20 },
] as const;
const PLUGIN = '40000000-0000-4000-8000-000000000002';
const API = '/api/data/v9.2';
/** Well below what a write to an F&O that has come to a stand takes. */
const DEADLINE_MS = 1_500;

/** Dataverse asks F&O before it saves: a synchronous step calls the console, and F&O's answer is that of the save. */
export function describeSaves(stackOf: () => RunningStack): void {
  let stack: RunningStack;
  let customers: readonly Customer[];
  let groupBinding: string;
  let newAccount: Row;

  beforeAll(async () => {
    stack = stackOf();
    await stack.untilInStep();
    customers = (await customersOf(stack)).slice(1640, 1650);
    const names = await navigationProperties(stack, 'account');
    const like = await stack.person.get('dataverse', customer(0).path.dataverse);
    const bind = (column: string, set: string): Row => ({
      [`${String(names.get(column))}@odata.bind`]: `/${set}(${String(like[`_${column}_value`])})`,
    });
    groupBinding = `${String(names.get('msdyn_customergroupid'))}@odata.bind`;
    newAccount = {
      customertypecode: 3,
      ...bind('msdyn_company', 'cdm_companies'),
      ...bind('msdyn_customergroupid', 'msdyn_customergroups'),
      ...bind('transactioncurrencyid', 'transactioncurrencies'),
    };
    await registerPlugin();
    for (const step of STEPS) await registerStep(step);
  });
  afterAll(async () => {
    await (await stack.sandbox('fo')).endFaults();
    for (const { id } of STEPS)
      await stack.person.delete('dataverse', `${API}/sdkmessageprocessingsteps(${id})`);
    await stack.untilInStep();
  });

  const registerPlugin = (): Promise<void> =>
    stack.person.post('dataverse', `${API}/plugintypes`, {
      plugintypeid: PLUGIN,
      typename: 'Sandbox.Plugins.CallService',
    });
  /** As an administrator registers a plug-in step: before an account is saved, the console is asked. */
  const registerStep = async ({ message, id, stage }: (typeof STEPS)[number]): Promise<void> => {
    const { person } = stack;
    const found = await person.get(
      'dataverse',
      `${API}/sdkmessagefilters?$expand=sdkmessageid($select=name)&$filter=sdkmessageid/name eq '${message}' and primaryobjecttypecode eq 'account'`,
    );
    const [filter] = found['value'] as {
      sdkmessagefilterid: string;
      sdkmessageid: { sdkmessageid: string };
    }[];
    const settings = JSON.parse(await readFile(path.join(stack.state, 'settings.json'), 'utf8')) as {
      eventsKey: string;
    };
    const { console } = await stack.file();
    await person.post('dataverse', `${API}/sdkmessageprocessingsteps`, {
      sdkmessageprocessingstepid: id,
      name: `F&O is asked before the ${message} of an account`,
      mode: 0,
      stage,
      rank: 1,
      configuration: JSON.stringify({
        url: `${console.url}/saves/dataverse?deadlineMs=${DEADLINE_MS}`,
        headers: { 'x-dualwrite-key': settings.eventsKey },
      }),
      'sdkmessageid@odata.bind': `/sdkmessages(${String(filter?.sdkmessageid.sdkmessageid)})`,
      'sdkmessagefilterid@odata.bind': `/sdkmessagefilters(${String(filter?.sdkmessagefilterid)})`,
      'eventhandler_plugintype@odata.bind': `/plugintypes(${PLUGIN})`,
    });
    if (message !== 'Update') return;
    await person.post('dataverse', `${API}/sdkmessageprocessingstepimages`, {
      entityalias: 'before',
      imagetype: 0,
      messagepropertyname: 'Target',
      'sdkmessageprocessingstepid@odata.bind': `/sdkmessageprocessingsteps(${id})`,
    });
  };
  const customer = (index: number): Customer => {
    const found = customers[index];
    if (found === undefined) throw new Error('there are too few customers');
    return found;
  };
  const save = (one: Customer, body: Row) =>
    stack.person.send('dataverse', 'PATCH', one.path.dataverse, body);

  it('when F&O takes the edit, then it holds it before the save is answered, and the save brings no echo', async () => {
    const one = customer(0);
    const sandboxes = [await stack.sandbox('fo'), await stack.sandbox('dataverse')] as const;
    const before = await Promise.all(sandboxes.map((sandbox) => sandbox.writeCount()));
    expect(await save(one, { name: 'Asked before' })).toMatchObject({ status: 204 });
    expect((await stack.person.get('fo', one.path.fo))['OrganizationName']).toBe('Asked before');
    await stack.untilInStep();
    const after = await Promise.all(sandboxes.map((sandbox) => sandbox.writeCount()));
    expect(after.map((count, index) => count - (before[index] ?? 0))).toEqual([1, 1]);
    const story = (await stack.dw.row(one.key)).filter(
      ({ what }) => what === 'conflict' || what === 'parked',
    );
    expect(story).toEqual([]);
  });

  it("when F&O refuses the edit, then the save is refused with F&O's words, and neither side has changed", async () => {
    const one = customer(1);
    const [dataverse, fo] = await Promise.all([
      stack.person.get('dataverse', one.path.dataverse),
      stack.person.get('fo', one.path.fo),
    ]);
    const refused = await save(one, { [groupBinding]: null });
    expect(refused.status).toBe(400);
    const { error } = refused.body as { error: { code: string; message: string } };
    expect(error.code).toBe('0x80040265');
    expect(error.message).toMatch(/^Finance and Operations: .*must be filled in/);
    expect(await stack.person.get('dataverse', one.path.dataverse)).toEqual(dataverse);
    expect((await stack.person.get('fo', one.path.fo))['@odata.etag']).toBe(fo['@odata.etag']);
    const status = (await stack.dw.status()).find(({ name }) => name === MAP);
    expect(status?.parked).toBe(0);
  });

  it('when F&O does not answer in time, then the save goes through, and both sides agree in the end', async () => {
    const one = customer(2);
    const { oauth } = await stack.file();
    await (
      await stack.sandbox('fo')
    ).faults([
      {
        match: { method: 'PATCH', table: 'CustomersV3', caller: oauth.clientId },
        effect: { latencyMs: 2 * DEADLINE_MS },
        times: 1,
      },
    ]);
    expect(await save(one, { name: 'Not in time' })).toMatchObject({ status: 204 });
    await eventually(
      async () => (await stack.person.get('fo', one.path.fo))['OrganizationName'] === 'Not in time',
      { what: 'the edit is in F&O' },
    );
    await stack.untilInStep();
  });

  it('when the product itself writes an account, then its own write is not asked about', async () => {
    const one = customer(3);
    await stack.person.patch('fo', one.path.fo, { OrganizationName: 'From F&O' });
    await eventually(
      async () => (await stack.person.get('dataverse', one.path.dataverse))['name'] === 'From F&O',
      { what: 'the edit is in Dataverse' },
    );
  });

  it('when an account is made that F&O takes, then F&O has it before the answer, and no second one is ever made', async () => {
    const accountnumber = 'E2E-ASKED-1';
    const sandboxes = [await stack.sandbox('fo'), await stack.sandbox('dataverse')] as const;
    const before = await Promise.all(sandboxes.map((sandbox) => sandbox.writeCount()));
    const made = { ...newAccount, accountnumber, name: 'Made and asked about' };
    expect(await stack.person.send('dataverse', 'POST', DATAVERSE_ACCOUNTS, made)).toMatchObject({
      status: 204,
    });
    const row = await stack.person.get('fo', foCustomerPath(customer(0).company, accountnumber));
    expect(row['OrganizationName']).toBe('Made and asked about');
    await stack.untilInStep();
    const rows = await sandboxes[1].rows('accounts');
    expect(rows.filter((one) => one['accountnumber'] === accountnumber)).toHaveLength(1);
    const after = await Promise.all(sandboxes.map((sandbox) => sandbox.writeCount()));
    expect((after[0] ?? 0) - (before[0] ?? 0)).toBe(1);
  });

  it("when F&O refuses a new account, then the create is refused with F&O's words, and the account is nowhere", async () => {
    const { [groupBinding]: _group, ...without } = newAccount;
    const accountnumber = 'E2E-ASKED-2';
    const body = { ...without, accountnumber, name: 'Without a group' };
    const refused = await stack.person.send('dataverse', 'POST', DATAVERSE_ACCOUNTS, body);
    expect(refused.status).toBe(400);
    expect((refused.body as { error: { message: string } }).error.message).toMatch(
      /^Finance and Operations: .*must be filled in/,
    );
    const rows = await (await stack.sandbox('dataverse')).rows('accounts');
    expect(rows.filter((one) => one['accountnumber'] === accountnumber)).toEqual([]);
    const status = (await stack.dw.status()).find(({ name }) => name === MAP);
    expect(status?.parked).toBe(0);
  });

  it('when F&O refuses a delete, then it is refused in Dataverse, and both rows stay; when it does not, both are gone', async () => {
    const one = customer(5);
    const { oauth } = await stack.file();
    const fo = await stack.sandbox('fo');
    await fo.faults([
      {
        match: { method: 'DELETE', table: 'CustomersV3', caller: oauth.clientId },
        effect: { status: 400 },
        times: 1,
      },
    ]);
    const refused = await stack.person.send('dataverse', 'DELETE', one.path.dataverse);
    expect(refused.status).toBe(400);
    expect((refused.body as { error: { message: string } }).error.message).toMatch(
      /^Finance and Operations: /,
    );
    expect((await stack.person.send('dataverse', 'GET', one.path.dataverse)).status).toBe(200);
    expect((await stack.person.send('fo', 'GET', one.path.fo)).status).toBe(200);

    expect((await stack.person.send('dataverse', 'DELETE', one.path.dataverse)).status).toBe(204);
    expect((await stack.person.send('fo', 'GET', one.path.fo)).status).toBe(404);
    await stack.untilInStep();
    const status = (await stack.dw.status()).find(({ name }) => name === MAP);
    expect(status?.parked).toBe(0);
  });

  it('when somebody calls and saves nothing, then the answer says what F&O holds, and that travels back', async () => {
    const one = customer(4);
    const answer = await stack.dw.call(MAP, one.key, 'dataverse', { name: 'By a call' });
    expect([answer.outcome, answer.target?.['OrganizationName']]).toEqual(['applied', 'By a call']);
    await eventually(
      async () => (await stack.person.get('dataverse', one.path.dataverse))['name'] === 'By a call',
      { what: 'what F&O has taken travels back' },
    );
  });
}
