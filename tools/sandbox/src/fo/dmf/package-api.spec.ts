import type { JsonObject } from '../../json/exact-json';
import { eventually, testSandbox, type TestSandbox } from '../../testing/sandbox-client';
import { parseCsv, writeCsv } from './csv';
import { readPackage, writePackage } from './package';
import { BadPackage, readZip, writeZip } from '../../zip/zip';

const ACTIONS = '/DataManagementDefinitionGroups/Microsoft.Dynamics.DataEntities.';

describe('zip and CSV', () => {
  it('given files, then they come back as they were', () => {
    const entries = [
      { name: 'a.csv', content: Buffer.from('x'.repeat(10_000)) },
      { name: 'Ä/b.xml', content: Buffer.alloc(0) },
    ];
    expect(readZip(writeZip(entries))).toEqual(entries);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a text', Buffer.from('a text that is longer than the end of a zip')],
    ['a zip that was cut', writeZip([{ name: 'a', content: Buffer.from('abc') }]).subarray(30)],
  ])('given %s, then it is no package', (_, bytes) => {
    expect(() => readPackage(bytes)).toThrow(BadPackage);
  });

  it('given fields with commas, quotes and line ends, then they come back', () => {
    const rows = [
      ['A', 'B, C', 'say "x"'],
      ['line\r\nend', '', '1'],
    ];
    expect(parseCsv(writeCsv(rows))).toEqual(rows);
    expect(parseCsv('\uFEFFA,B\n1,\n\n')).toEqual([
      ['A', 'B'],
      ['1', ''],
    ]);
  });
});

describe('the package API', () => {
  let env: TestSandbox;
  beforeAll(async () => {
    env = await testSandbox();
  });
  afterAll(() => env.close());
  beforeEach(() => env.fo.control('POST', 'reset'));

  async function act(name: string, body: object): Promise<unknown> {
    const answer = await env.fo.post(`${ACTIONS}${name}`, JSON.stringify(body));
    expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
    return answer.json['value'];
  }
  const status = (executionId: string): Promise<unknown> => act('GetExecutionSummaryStatus', { executionId });

  async function upload(csv: string): Promise<string> {
    const place = JSON.parse(String(await act('GetAzureWriteUrl', { uniqueFileName: 'groups.zip' }))) as {
      BlobUrl: string;
    };
    const file = { entity: 'Customer groups', fileName: 'Customer groups.csv', content: csv };
    const put = await fetch(place.BlobUrl, {
      method: 'PUT',
      headers: { 'x-ms-blob-type': 'BlockBlob' },
      body: new Uint8Array(writePackage('P', [file])),
    });
    expect(put.status).toBe(201);
    return place.BlobUrl;
  }
  const order = (packageUrl: string, more: object = {}): object => ({
    packageUrl,
    definitionGroupId: 'P',
    executionId: '',
    execute: true,
    overwrite: true,
    legalEntityId: 'demf',
    ...more,
  });

  it('given a package with good and bad rows, then the good ones are there and the bad ones told', async () => {
    await env.fo.post('/CustomerGroups', { dataAreaId: 'demf', CustomerGroupId: '10', Description: 'Old' });
    const url = await upload('CUSTOMERGROUPID,DESCRIPTION\r\n10,New\r\n20,"Twenty, two"\r\n,Nobody\r\n');
    const id = String(await act('ImportFromPackage', order(url)));
    await eventually(async () => (await status(id)) === 'PartiallySucceeded');
    const rows = (await env.fo.control('GET', 'tables/CustomerGroups/rows')) as JsonObject[];
    expect(rows.map((row) => [row['dataAreaId'], row['CustomerGroupId'], row['Description']])).toEqual([
      ['demf', '10', 'New'],
      ['demf', '20', 'Twenty, two'],
    ]);
    const errors = JSON.parse(String(await act('GetExecutionErrors', { executionId: id }))) as JsonObject[];
    expect(errors).toMatchObject([{ ErrorMessage: expect.stringContaining('must be filled in') }]);
    const named = { executionId: id, entityName: 'Customer groups' };
    expect(await act('GenerateImportTargetErrorKeysFile', named)).toBe(true);
    const link = String(await act('GetImportTargetErrorKeysFileUrl', named));
    expect(await (await fetch(link)).text()).toBe('CUSTOMERGROUPID,DESCRIPTION\r\n,Nobody\r\n');
  });

  it('given a URL that nobody signed, or no package behind it, then the job fails and says why', async () => {
    const url = await upload('X\r\n');
    const forged = await fetch(url.replace(/sig=[^&]*/, 'sig=x'));
    expect([forged.status, await forged.text()]).toEqual([
      403,
      expect.stringContaining('AuthenticationFailed'),
    ]);
    expect((await fetch(url, { method: 'PUT', body: 'x' })).status).toBe(400);
    const id = String(await act('ImportFromPackage', order(url.replace(/sig=[^&]*/, 'sig=x'))));
    await eventually(async () => (await status(id)) === 'Failed');
    expect(await act('GetExecutionErrors', { executionId: id })).toContain('signature');
    expect(await status('never heard of')).toBe('Unknown');
  });

  it('given a job that runs, then a second import is refused as an action that failed', async () => {
    await env.fo.control('PUT', 'options', { dmfDurationMs: 60_000 });
    const url = await upload('CUSTOMERGROUPID\r\n30\r\n');
    const id = String(await act('ImportFromPackage', order(url)));
    expect(await status(id)).toBe('Executing');
    const second = await env.fo.post(`${ACTIONS}ImportFromPackage`, JSON.stringify(order(url)));
    expect([second.status, second.text]).toEqual([
      500,
      expect.stringContaining(
        'Exception occurred while executing action ImportFromPackage on Entity DataManagementDefinitionGroup',
      ),
    ]);
    await env.fo.control('POST', 'clock', { advanceSeconds: 61 });
    await eventually(async () => (await status(id)) === 'Succeeded');
  });

  it('given an upload in blocks, then the committed list is the blob', async () => {
    const url = (
      JSON.parse(String(await act('GetAzureWriteUrl', { uniqueFileName: 'b' }))) as { BlobUrl: string }
    ).BlobUrl;
    const put = (query: string, body: string): Promise<Response> =>
      fetch(`${url}&${query}`, { method: 'PUT', body });
    await put('comp=block&blockid=QQ==', 'one ');
    await put('comp=block&blockid=Qg==', 'two');
    expect((await put('comp=blocklist', '<BlockList><Latest>Zz==</Latest></BlockList>')).status).toBe(400);
    const list = '<BlockList><Latest>QQ==</Latest><Latest>Qg==</Latest></BlockList>';
    expect((await put('comp=blocklist', list)).status).toBe(201);
    expect(await (await fetch(url)).text()).toBe('one two');
  });

  describe('given a data project with change tracking', () => {
    beforeEach(async () => {
      await env.fo.control('PUT', 'options', {
        dataProjects: { Groups: { entities: ['Customer groups'], changeTracking: true } },
      });
      await env.fo.control('PUT', 'tables/CustomerGroups/rows', [
        { CustomerGroupId: '1', Description: 'A' },
        { CustomerGroupId: '2', Description: 'B' },
        { dataAreaId: 'demf', CustomerGroupId: '3' },
      ]);
    });

    async function exported(): Promise<string[]> {
      const executionId = String(
        await act('ExportToPackage', {
          definitionGroupId: 'Groups',
          packageName: 'out',
          executionId: '',
          reExecute: true,
          legalEntityId: 'usmf',
        }),
      );
      await eventually(async () => (await status(executionId)) === 'Succeeded');
      const link = String(await act('GetExportedPackageUrl', { executionId }));
      const bytes = Buffer.from(await (await fetch(link)).arrayBuffer());
      const [head = [], ...rows] = parseCsv(readPackage(bytes)[0]?.content ?? '');
      return rows.map((row) => row[head.indexOf('CUSTOMERGROUPID')] ?? '');
    }

    it('when it runs again, then only what was written since comes; deletes do not', async () => {
      expect(await exported()).toEqual(['1', '2']);
      await env.fo.patch("/CustomerGroups(dataAreaId='usmf',CustomerGroupId='2')", { Description: 'x' });
      await env.fo.remove("/CustomerGroups(dataAreaId='usmf',CustomerGroupId='1')");
      expect(await exported()).toEqual(['2']);
      expect(await exported()).toEqual([]);
    });

    it('when the project is not there, or seven days have passed, then there is nothing', async () => {
      const unknown = await env.fo.post(`${ACTIONS}ExportToPackage`, '{"definitionGroupId":"None"}');
      expect(unknown.status).toBe(500);
      const id = 'E-1';
      await act('ExportToPackage', { definitionGroupId: 'Groups', executionId: id });
      await eventually(async () => (await status(id)) === 'Succeeded');
      const link = String(await act('GetExportedPackageUrl', { executionId: id }));
      await env.fo.control('POST', 'clock', { advanceSeconds: 8 * 86_400 });
      expect((await fetch(link)).status).toBe(403);
    });
  });

  it('given actions of other kinds, then 501 with the name', async () => {
    const answer = await env.fo.post(`${ACTIONS}GetMessageStatus`, '{"messageId":"x"}');
    expect([answer.status, answer.text]).toEqual([501, expect.stringContaining('GetMessageStatus')]);
    const queue = await env.fo.post(`${env.fo.url}/api/connector/enqueue/x`, '');
    expect([queue.status, queue.text]).toEqual([501, expect.stringContaining('recurring integrations')]);
  });
});
