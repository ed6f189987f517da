import type { JsonObject } from '../json/exact-json';
import { testSandbox, type TestSandbox } from '../testing/sandbox-client';

const A = 'aaaaaaaa-0000-4000-8000-000000000001';
const B = 'aaaaaaaa-0000-4000-8000-000000000002';
const contact = (n: number): string => `cccccccc-0000-4000-8000-00000000000${n}`;

describe('relations in Dataverse', () => {
  let env: TestSandbox;
  beforeAll(async () => {
    env = await testSandbox();
  });
  afterAll(() => env.close());
  beforeEach(async () => {
    await env.dataverse.control('POST', 'reset');
    await env.dataverse.control('PUT', 'tables/account/rows', [
      { accountid: A, name: 'A' },
      { accountid: B, name: 'B' },
    ]);
    await env.dataverse.control(
      'PUT',
      'tables/contact/rows',
      [1, 2, 3].map((n) => ({
        contactid: contact(n),
        lastname: `L${n}`,
        parentcustomerid: n < 3 ? A : B,
      })),
    );
  });
  const names = (value: unknown, column = 'lastname'): unknown[] =>
    (value as JsonObject[]).map((row) => row[column]);

  describe('given a collection-valued navigation property', () => {
    it('when it is read, then its rows, their count and their links come', async () => {
      const path = `/accounts(${A})/contact_customer_accounts`;
      const list = await env.dataverse.get(`${path}?$select=lastname&$orderby=lastname desc`);
      expect(names(list.json['value'])).toEqual(['L2', 'L1']);
      expect((await env.dataverse.get(`${path}/$count`)).text).toBe('\uFEFF2');
      const links = (await env.dataverse.get(`${path}/$ref`)).json['value'];
      expect(links).toEqual(
        [1, 2].map((n) => ({ '@odata.id': `${env.dataverse.url}/api/data/v9.2/contacts(${contact(n)})` })),
      );
    });

    it('when it is expanded, then all rows come with a link that carries no position', async () => {
      const { json } = await env.dataverse.get(
        `/accounts(${A})?$select=name&$expand=contact_customer_accounts($select=lastname;$filter=lastname ne 'L1';$expand=parentcustomerid_account($select=name))`,
      );
      const [only] = json['contact_customer_accounts'] as JsonObject[];
      expect(only).toMatchObject({ lastname: 'L2', parentcustomerid_account: { name: 'A' } });
      expect(String(json['contact_customer_accounts@odata.nextLink'])).toMatch(
        /accounts\(aaaaaaaa-.*\)\/contact_customer_accounts\?\$select=lastname&/,
      );
      const next = await env.dataverse.get(String(json['contact_customer_accounts@odata.nextLink']));
      expect(names(next.json['value'])).toEqual(['L2']);
    });

    it('when it is expanded on many rows, then each has its own, ordered and cut as asked', async () => {
      const { json } = await env.dataverse.get(
        '/accounts?$select=name&$expand=contact_customer_accounts($select=lastname;$orderby=lastname desc;$top=1)',
      );
      expect((json['value'] as JsonObject[]).map((row) => names(row['contact_customer_accounts']))).toEqual([
        ['L2'],
        ['L3'],
      ]);
    });

    it.each(['$skip=1', '$count=true', '$search=x', '$levels=2'])(
      'when %s stands inside, then 400',
      async (option) => {
        const answer = await env.dataverse.get(`/accounts?$expand=contact_customer_accounts(${option})`);
        expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('0x80060888')]);
      },
    );

    it('when $ref is expanded, then a lookup gives a link and a collection 400', async () => {
      const { json } = await env.dataverse.get(
        `/contacts(${contact(1)})?$select=lastname&$expand=parentcustomerid_account/$ref`,
      );
      expect(json['parentcustomerid_account']).toEqual({
        '@odata.id': `${env.dataverse.url}/api/data/v9.2/accounts(${A})`,
      });
      const refused = await env.dataverse.get('/accounts?$expand=contact_customer_accounts/$ref');
      expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('0x80060888')]);
    });

    it('when more than 15 are expanded, then 400', async () => {
      const many = Array.from({ length: 16 }, () => 'primarycontactid').join(',');
      expect((await env.dataverse.get(`/accounts?$expand=${many}`)).status).toBe(400);
    });
  });

  it('given any and all in $filter, then rows are chosen by their related rows', async () => {
    const found = async (filter: string): Promise<unknown[]> =>
      names((await env.dataverse.get(`/accounts?$select=name&$filter=${filter}`)).json['value'], 'name');
    expect(await found("contact_customer_accounts/any(c:c/lastname eq 'L3')")).toEqual(['B']);
    expect(await found('not contact_customer_accounts/any()')).toEqual([]);
    expect(await found("contact_customer_accounts/all(c:c/lastname eq 'L1' or c/lastname eq 'L2')")).toEqual([
      'A',
    ]);
  });

  describe('given rows inside the body of a create', () => {
    it('when it is taken, then those that are looked up and those that look it up are there', async () => {
      const made = await env.dataverse.post('/accounts', {
        name: 'deep',
        primarycontactid: { lastname: 'first' },
        contact_customer_accounts: [
          { lastname: 'x' },
          { lastname: 'y', 'parentcustomerid_account@odata.bind': null },
        ],
      });
      expect(made.status).toBe(204);
      const { json } = await env.dataverse.get(
        `${made.headers.get('OData-EntityId') ?? ''}?$expand=primarycontactid($select=lastname),contact_customer_accounts($select=lastname;$orderby=lastname)`,
      );
      expect(json['primarycontactid']).toMatchObject({ lastname: 'first' });
      expect(names(json['contact_customer_accounts'])).toEqual(['x', 'y']);
    });

    it('when a row inside is refused, then nothing of it is there', async () => {
      const before = (await env.dataverse.get('/contacts/$count')).text;
      const answer = await env.dataverse.post('/accounts', {
        name: 'deep',
        primarycontactid: { lastname: 'first' },
        contact_customer_accounts: [{ lastname: 'x'.repeat(5000) }],
      });
      expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('0x80044331')]);
      expect((await env.dataverse.get('/contacts/$count')).text).toBe(before);
    });

    it('when rows that are there are bound, then they are associated', async () => {
      const made = await env.dataverse.post('/accounts', {
        name: 'C',
        'contact_customer_accounts@odata.bind': [`/contacts(${contact(3)})`],
      });
      expect(made.status).toBe(204);
      const { json } = await env.dataverse.get(`/contacts(${contact(3)})?$expand=parentcustomerid_account`);
      expect(json['parentcustomerid_account']).toMatchObject({ name: 'C' });
    });

    it('when it is an update, then 400', async () => {
      const answer = await env.dataverse.patch(`/accounts(${A})`, { primarycontactid: { lastname: 'x' } });
      expect(answer.status).toBe(400);
    });
  });

  describe('given an N:N relationship', () => {
    const path = `/new_lefts(${A})/new_left_right`;
    beforeEach(async () => {
      const column = [{ name: 'new_name', type: 'string' }];
      await env.dataverse.control('PUT', 'schema', {
        tables: [
          {
            logicalName: 'new_right',
            entitySetName: 'new_rights',
            primaryId: 'new_rightid',
            columns: column,
          },
          {
            logicalName: 'new_left',
            entitySetName: 'new_lefts',
            primaryId: 'new_leftid',
            columns: column,
            relationships: [{ type: 'ManyToMany', name: 'new_left_right', target: 'new_right' }],
          },
        ],
      });
      await env.dataverse.control('PUT', 'tables/new_left/rows', [{ new_leftid: A, new_name: 'l' }]);
      await env.dataverse.control('PUT', 'tables/new_right/rows', [{ new_rightid: B, new_name: 'r' }]);
    });
    const right = (): object => ({ '@odata.id': `${env.dataverse.url}/api/data/v9.2/new_rights(${B})` });

    it('when rows are associated, then both ends show it until it is undone', async () => {
      expect((await env.dataverse.post(`${path}/$ref`, right() as JsonObject)).status).toBe(204);
      const again = await env.dataverse.post(`${path}/$ref`, right() as JsonObject);
      expect([again.status, again.text]).toEqual([412, expect.stringContaining('0x80040237')]);
      const back = await env.dataverse.get(`/new_rights(${B})/new_left_right?$select=new_name`);
      expect(names(back.json['value'], 'new_name')).toEqual(['l']);
      expect((await env.dataverse.remove(`${path}(${B})/$ref`)).status).toBe(204);
      expect((await env.dataverse.get(`${path}/$count`)).text).toBe('\uFEFF0');
    });

    it('when one end is deleted, then the link is gone', async () => {
      await env.dataverse.post(`${path}/$ref`, right() as JsonObject);
      await env.dataverse.remove(`/new_rights(${B})`);
      expect((await env.dataverse.get(`${path}/$count`)).text).toBe('\uFEFF0');
    });
  });

  it('given DELETE of a member by its key or by $id, then the lookup is empty', async () => {
    const path = `/accounts(${A})/contact_customer_accounts`;
    await env.dataverse.remove(`${path}(${contact(1)})/$ref`);
    await env.dataverse.remove(`${path}/$ref?$id=${env.dataverse.url}/api/data/v9.2/contacts(${contact(2)})`);
    expect((await env.dataverse.get(`${path}/$count`)).text).toBe('\uFEFF0');
  });
});
