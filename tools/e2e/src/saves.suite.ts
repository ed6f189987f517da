import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { customersOf, navigationProperties, type Customer } from './customers';
import { eventually } from './eventually';
import type { RunningStack } from './running-stack';
import type { Row } from './sandbox-side';

const MAP = 'customersv3-accounts';
const STEP = '40000000-0000-4000-8000-000000000001';
const PLUGIN = '40000000-0000-4000-8000-000000000002';
const API = '/api/data/v9.2';
/** Well below what a write to an F&O that has come to a stand takes. */
const DEADLINE_MS = 1_500;

/** Dataverse asks F&O before it saves: a synchronous step calls the console, and F&O's answer is that of the save. */
export function describeSaves(stackOf: () => RunningStack): void {
  let stack: RunningStack;
  let customers: readonly Customer[];
  let groupBinding: string;

  beforeAll(async () => {
    stack = stackOf();
    await stack.untilInStep();
    customers = (await customersOf(stack)).slice(1640, 1650);
    const property = (await navigationProperties(stack, 'account')).get('msdyn_customergroupid');
    groupBinding = `${String(property)}@odata.bind`;
    await registerStep();
  });
  afterAll(async () => {
    await (await stack.sandbox('fo')).endFaults();
    await stack.person.delete('dataverse', `${API}/sdkmessageprocessingsteps(${STEP})`);
    await stack.untilInStep();
  });

  /** As an administrator registers a plug-in step: before an account is saved, the console is asked. */
  const registerStep = async (): Promise<void> => {
    const { person } = stack;
    const found = await person.get(
      'dataverse',
      `${API}/sdkmessagefilters?$expand=sdkmessageid($select=name)&$filter=sdkmessageid/name eq 'Update' and primaryobjecttypecode eq 'account'`,
    );
    const [filter] = found['value'] as {
      sdkmessagefilterid: string;
      sdkmessageid: { sdkmessageid: string };
    }[];
    const settings = JSON.parse(await readFile(path.join(stack.state, 'settings.json'), 'utf8')) as {
      eventsKey: string;
    };
    const { console } = await stack.file();
    await person.post('dataverse', `${API}/plugintypes`, {
      plugintypeid: PLUGIN,
      typename: 'Sandbox.Plugins.CallService',
    });
    await person.post('dataverse', `${API}/sdkmessageprocessingsteps`, {
      sdkmessageprocessingstepid: STEP,
      name: 'F&O is asked before an account is saved',
      mode: 0,
      stage: 20,
      rank: 1,
      configuration: JSON.stringify({
        url: `${console.url}/saves/dataverse?deadlineMs=${DEADLINE_MS}`,
        headers: { 'x-dualwrite-key': settings.eventsKey },
      }),
      'sdkmessageid@odata.bind': `/sdkmessages(${String(filter?.sdkmessageid.sdkmessageid)})`,
      'sdkmessagefilterid@odata.bind': `/sdkmessagefilters(${String(filter?.sdkmessagefilterid)})`,
      'eventhandler_plugintype@odata.bind': `/plugintypes(${PLUGIN})`,
    });
    await person.post('dataverse', `${API}/sdkmessageprocessingstepimages`, {
      entityalias: 'before',
      imagetype: 0,
      messagepropertyname: 'Target',
      'sdkmessageprocessingstepid@odata.bind': `/sdkmessageprocessingsteps(${STEP})`,
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
