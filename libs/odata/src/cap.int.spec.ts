import { randomUUID } from 'node:crypto';
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { readBatch } from './batch-reader';
import { writeBatch } from './batch-writer';
import { classifyFo } from './classify-fo';
import { DataverseClient } from './dataverse-client';
import { FoClient } from './fo-client';
import type { HttpReply } from './http-outcome';
import { tryParse } from './lossless';
import { SideHttp } from './side-http';
import type { WriteReply } from './write-reply';

const SERVER = path.resolve(__dirname, '../test/cap/server.cjs');
const KEY = "(company='usmf',number='O''Neil%2F1')";
const ID = '5b0e8d0a-1111-5111-9111-aaaaaaaaaa01';

/** Clients against an OData server that nobody here has written: what they rely on is OData, not our reading of it. */
describe('clients of both sides against SAP CAP', () => {
  let child: ChildProcess;
  let http: SideHttp;
  let fo: FoClient;
  let dataverse: DataverseClient;
  const items = { entitySet: 'Items', select: ['company', 'number', 'name', 'price', 'stock'] };
  const accounts = { entitySet: 'Accounts', select: ['name', 'credit'] };

  beforeAll(async () => {
    child = spawn(process.execPath, [SERVER], { stdio: ['pipe', 'pipe', 'inherit'] });
    http = new SideHttp({
      baseUrl: `${await addressOf(child)}/odata/v4/parts`,
      users: [{ name: 'a', token: { bearer: () => Promise.resolve('anybody'), discard: () => undefined } }],
      requestDeadlineMs: 20_000,
    });
    fo = new FoClient(http);
    dataverse = new DataverseClient(http);
  }, 120_000);
  afterAll(async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.stdin?.end();
    await ended;
  });

  it('composite keys: create, create again, stale versions, count, delete', async () => {
    const body = { company: 'usmf', number: "O'Neil/1", name: 'Bolt & nut', price: 0.1 };
    const made = await fo.create(items, KEY, body);
    expect(made).toMatchObject({ kind: 'done', row: { number: "O'Neil/1", name: 'Bolt & nut' } });
    // Its database says no with a 500, which may mean anything: nothing is concluded from it.
    expect(await fo.create(items, KEY, body)).toMatchObject({ kind: 'lost' });
    expect(await fo.count('Items', "company eq 'usmf'")).toBe(1);
    expect(await fo.remove('Items', KEY, 'W/"2001-01-01T00:00:00.000Z"')).toMatchObject({
      kind: 'precondition-failed',
    });
    expect(await fo.remove('Items', KEY, etagOf(made))).toEqual({ kind: 'done', row: null });
    expect(await fo.count('Items', "company eq 'usmf'")).toBe(0);
  });

  // CAP takes relative addresses in the parts of a batch only; F&O's recorded ones are absolute, as FoClient sends them.
  it('a change set and a read behind it: what is read is not older than what was written', async () => {
    const made = await fo.create(items, KEY, { company: 'usmf', number: "O'Neil/1", name: 'A' });
    const headers = { 'content-type': 'application/json', 'if-match': etagOf(made) };
    const patch = { method: 'PATCH', url: `Items${KEY}`, headers, body: '{"name":"Ä, ü"}' } as const;
    const { contentType, body } = writeBatch([[patch], { method: 'GET', url: patch.url }], randomUUID());
    const send = async (): Promise<HttpReply[]> => {
      const reply = await http.send({
        method: 'POST',
        url: '$batch',
        headers: { accept: 'multipart/mixed', 'content-type': contentType },
        body,
      });
      if (reply.kind !== 'reply') throw new Error(JSON.stringify(reply));
      const answers = readBatch(reply.headers['content-type'] ?? '', reply.body);
      return answers.flatMap((answer) => (answer.kind === 'single' ? [answer.reply] : answer.replies));
    };
    const [patched, shown] = await send();
    expect(classifyFo(patched as HttpReply, { operation: 'update' })).toBeNull();
    expect(tryParse(shown?.body ?? '')).toMatchObject({ name: 'Ä, ü' });
    const [stale] = await send();
    expect(classifyFo(stale as HttpReply, { operation: 'update' })).toMatchObject({
      kind: 'precondition-failed',
    });
    await fo.remove('Items', KEY, '*');
  });

  it('pages of the server: all rows, once, in order', async () => {
    const numbers = Array.from({ length: 8 }, (_, index) => `N-${index}`);
    for (const number of numbers)
      await fo.create(items, `(company='demf',number='${number}')`, { company: 'demf', number });
    let page = await fo.page(items, { filter: "company eq 'demf'", orderBy: 'number' });
    const seen = [...page.rows];
    let pageCount = 1;
    while (page.nextLink !== null) {
      page = await fo.followPage(page.nextLink);
      seen.push(...page.rows);
      pageCount += 1;
    }
    expect([seen.map((row) => row['number']), pageCount]).toEqual([numbers, 3]);
  });

  // CAP refuses `If-None-Match: *` where there is no row, too: so the row is made by a POST.
  it('ids of ours: read, update by version, refuse what the model refuses, page, delete', async () => {
    const made = await fo.create(accounts, `(${ID})`, { id: ID, name: 'A', credit: 1250.5 });
    expect(made).toMatchObject({ kind: 'done' });
    const row = await dataverse.findById(accounts, ID);
    expect([row?.['name'], Number(row?.['credit'])]).toEqual(['A', 1250.5]);
    const version = String(row?.['@odata.etag']);
    const updated = await dataverse.update(accounts, ID, version, { name: 'C' });
    expect(updated).toMatchObject({ kind: 'done', row: { name: 'C' } });
    expect(await dataverse.update(accounts, ID, version, { name: 'D' })).toMatchObject({
      kind: 'precondition-failed',
    });
    expect(await dataverse.update(accounts, ID, etagOf(updated), { name: null })).toMatchObject({
      kind: 'rejected',
    });
    for (const digit of ['2', '3'])
      await fo.create(accounts, '', { id: `${ID.slice(0, -1)}${digit}`, name: digit });
    const first = await dataverse.page(accounts, { orderBy: 'name', pageRowCountMax: 2 });
    const second = await dataverse.followPage(first.nextLink ?? '', 2);
    expect([...first.rows, ...second.rows].map((one) => one['name'])).toEqual(['2', '3', 'C']);
    expect([first.rows.length, second.nextLink]).toEqual([2, null]);
    expect(await dataverse.remove('Accounts', ID, etagOf(updated))).toEqual({ kind: 'done', row: null });
    expect(await dataverse.findById(accounts, ID)).toBeNull();
  });

  it('metadata is read whole', async () => {
    expect(await fo.metadata()).toContain('<EntitySet Name="Items"');
  });
});

function etagOf(reply: WriteReply): string {
  if (reply.kind !== 'done') throw new Error(`the write ended as ${JSON.stringify(reply)}`);
  return String(reply.row?.['@odata.etag']);
}

async function addressOf(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('the server has no output');
  for await (const line of createInterface(child.stdout))
    if (line.startsWith('{')) return (JSON.parse(line) as { url: string }).url;
  throw new Error('the server ended before it listened');
}
