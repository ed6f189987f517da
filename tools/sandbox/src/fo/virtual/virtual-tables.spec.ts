import type { JsonObject } from '../../json/exact-json';
import { testSandbox, type TestSandbox } from '../../testing/sandbox-client';

const SET = '/mserp_customergroupentities';
const ID = 'mserp_customergroupentityid';
const TRACK = { prefer: 'odata.track-changes,odata.maxpagesize=2' };
const rowsOf = (json: JsonObject): JsonObject[] => json['value'] as JsonObject[];

describe('virtual tables of F&O in Dataverse', () => {
  let env: TestSandbox;
  beforeAll(async () => {
    env = await testSandbox();
  });
  afterAll(() => env.close());
  beforeEach(async () => {
    await env.fo.control('POST', 'reset');
    await env.fo.control('PUT', 'options', { rowVersionTables: ['CustomerGroups'] });
    await env.fo.control('PUT', 'tables/CustomerGroups/rows', [
      { CustomerGroupId: '1', Description: 'One', IsSalesTaxIncludedInPrice: 'Yes' },
      { CustomerGroupId: '2' },
      { dataAreaId: 'demf', CustomerGroupId: '3' },
    ]);
  });
  const key = (id: string): string => `/CustomerGroups(dataAreaId='usmf',CustomerGroupId='${id}')`;

  async function round(): Promise<{ rows: JsonObject[]; deltaLink: string }> {
    const rows: JsonObject[] = [];
    let { json } = await env.dataverse.get(`${SET}?$select=mserp_customergroupid`, TRACK);
    rows.push(...rowsOf(json));
    while (json['@odata.nextLink'] !== undefined) {
      ({ json } = await env.dataverse.get(String(json['@odata.nextLink']), TRACK));
      rows.push(...rowsOf(json));
    }
    return { rows, deltaLink: String(json['@odata.deltaLink']) };
  }

  it('given rows of all companies, then they are shown in the form of Dataverse', async () => {
    const { json } = await env.dataverse.get(SET);
    expect(rowsOf(json)).toHaveLength(3);
    const one = rowsOf(json).find((row) => row['mserp_customergroupid'] === '1');
    expect(one).toMatchObject({
      mserp_dataareaid: 'usmf',
      mserp_description: 'One',
      mserp_issalestaxincludedinprice: 200_000_001,
      mserp_paymenttermid: null,
    });
    expect((await env.dataverse.get(`${SET}(${String(one?.[ID])})`)).json).toMatchObject(one ?? {});
    expect((await env.dataverse.get(`${SET}/$count`)).text.trim()).toMatch(/3$/);
  });

  it('given tracking, then pages lead to a delta link, and it brings what changed since, deletes by id', async () => {
    const first = await round();
    expect(first.rows.map((row) => row['mserp_customergroupid']).sort()).toEqual(['1', '2', '3']);
    const two = first.rows.find((row) => row['mserp_customergroupid'] === '2');
    await env.fo.patch(key('1'), { Description: 'Uno' });
    await env.fo.remove(key('2'));
    await env.fo.post('/CustomerGroups', { CustomerGroupId: '4' });
    const { json } = await env.dataverse.get(first.deltaLink);
    expect(String(json['@odata.context'])).toMatch(/\$delta$/);
    const [changed, made, gone, ...rest] = rowsOf(json);
    expect([changed?.['mserp_customergroupid'], made?.['mserp_customergroupid'], rest]).toEqual([
      '1',
      '4',
      [],
    ]);
    expect(gone).toMatchObject({ id: two?.[ID], reason: 'deleted' });
    expect(rowsOf((await env.dataverse.get(String(json['@odata.deltaLink']))).json)).toEqual([]);
    await env.fo.control('PUT', 'options', { rowVersionDeletesReported: false });
    expect(rowsOf((await env.dataverse.get(first.deltaLink)).json)).toHaveLength(2);
  });

  it('given an entity without tracking, a filter, or a write, then it is refused', async () => {
    const status = async (path: string, headers = {}): Promise<number> =>
      (await env.dataverse.get(path, headers)).status;
    await env.fo.control('PUT', 'options', { rowVersionTables: [] });
    expect(await status(SET, TRACK)).toBe(400);
    expect(await status(`${SET}?$filter=mserp_customergroupid eq '1'`)).toBe(501);
    expect(await status(`${SET}?$select=nothing`)).toBe(400);
    expect((await env.dataverse.post(SET, {})).status).toBe(501);
    expect(await status('/mserp_unknownentities')).toBe(404);
  });

  it('given the definition, then it tells what is tracked', async () => {
    const path = "/EntityDefinitions(LogicalName='mserp_customergroupentity')";
    expect((await env.dataverse.get(path)).json).toMatchObject({
      EntitySetName: 'mserp_customergroupentities',
      TableType: 'Virtual',
      ChangeTrackingEnabled: true,
    });
    expect((await env.dataverse.get("/EntityDefinitions(LogicalName='mserp_none')")).status).toBe(404);
  });
});
