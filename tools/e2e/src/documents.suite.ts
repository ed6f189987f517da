import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { customersOf, type Customer } from './customers';
import { eventually } from './eventually';
import { runDw, type DwDone } from './run-dw';
import type { RunningStack } from './running-stack';
import type { Row } from './sandbox-side';

const CUSTOMERS = 'customersv3-accounts';
const GROUPS = 'customergroups-msdyn_customergroups';
const NEW_GROUP = 'E2EDOC';
const DATAVERSE_GROUPS = '/api/data/v9.2/msdyn_customergroups';

/** Rows that somebody has saved together: the other side takes all of them in one transaction, or none. */
export function describeDocuments(stackOf: () => RunningStack): void {
  let stack: RunningStack;
  let one: Customer;
  let other: Customer;
  let folder: string;

  beforeAll(async () => {
    stack = stackOf();
    await stack.untilInStep();
    folder = await mkdtemp(path.join(tmpdir(), 'dualwrite-documents-'));
    const [first, second] = (await customersOf(stack)).slice(1660, 1662);
    if (first === undefined || second === undefined) throw new Error('there are too few customers');
    [one, other] = [first, second];
  });
  afterAll(async () => {
    await stack.untilInStep();
    await rm(folder, { recursive: true });
  });

  const document = async (body: object): Promise<DwDone> => {
    const file = path.join(folder, 'document.json');
    await writeFile(file, JSON.stringify(body));
    return runDw(stack, 'document', '--file', file);
  };
  const inFo = (customer: Customer): Promise<Row> => stack.person.get('fo', customer.path.fo);

  it('when F&O takes all rows, then they are there before the answer, and travel back by themselves', async () => {
    const parts = [one, other].map(({ key }, index) => ({
      map: CUSTOMERS,
      row: key,
      fields: { name: `Together ${index}` },
    }));
    const { code, answer } = await document({ from: 'dataverse', parts });
    expect({ code, answer }).toMatchObject({
      code: 0,
      answer: {
        outcome: 'applied',
        isFinal: true,
        parts: [
          { target: { OrganizationName: 'Together 0' } },
          { target: { OrganizationName: 'Together 1' } },
        ],
      },
    });
    expect((await inFo(one))['OrganizationName']).toBe('Together 0');
    expect((await inFo(other))['OrganizationName']).toBe('Together 1');
    await eventually(
      async () => (await stack.person.get('dataverse', other.path.dataverse))['name'] === 'Together 1',
      { what: 'what F&O has taken is in Dataverse' },
    );
    const asked = await runDw(stack, 'document', '--ask', String(answer['id']));
    expect(asked.answer).toMatchObject({ outcome: 'applied' });
    await stack.untilInStep();
  });

  it("when F&O refuses one row, then none has changed, and F&O's words are told", async () => {
    const before = await Promise.all([inFo(one), inFo(other)]);
    const { code, answer } = await document({
      from: 'dataverse',
      parts: [
        { map: CUSTOMERS, row: one.key, fields: { name: 'Never there' } },
        { map: CUSTOMERS, row: other.key, fields: { msdyn_customergroupid: null } },
      ],
    });
    expect({ code, answer }).toMatchObject({ code: 9, answer: { outcome: 'rejected', by: 'fo' } });
    expect(answer['text']).toMatch(/must be filled in/);
    const etags = (rows: readonly Row[]): unknown[] => rows.map((row) => row['@odata.etag']);
    expect(etags(await Promise.all([inFo(one), inFo(other)]))).toEqual(etags(before));
    await stack.untilInStep();
    const status = (await stack.dw.status()).find(({ name }) => name === CUSTOMERS);
    expect(status?.parked).toBe(0);
  });

  it('when a line points at a header that is only just made, then both are there', async () => {
    const { company, key } = one;
    const { answer } = await document({
      from: 'fo',
      parts: [
        {
          map: GROUPS,
          kind: 'create',
          row: `${company}|${NEW_GROUP}`,
          fields: { dataAreaId: company, CustomerGroupId: NEW_GROUP, Description: 'Made together' },
        },
        { map: CUSTOMERS, row: key, fields: { CustomerGroupId: NEW_GROUP } },
      ],
    });
    expect(answer).toMatchObject({ outcome: 'applied' });
    const account = await stack.person.get('dataverse', one.path.dataverse);
    const group = await stack.person.get(
      'dataverse',
      `${DATAVERSE_GROUPS}(${String(account['_msdyn_customergroupid_value'])})`,
    );
    expect(group['msdyn_groupid']).toBe(NEW_GROUP);
    await eventually(async () => (await inFo(one))['CustomerGroupId'] === NEW_GROUP, {
      what: 'what Dataverse has taken is in F&O',
    });
    await stack.untilInStep();
  });
}
