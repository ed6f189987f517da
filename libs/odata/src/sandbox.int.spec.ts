import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { nativeIdOf, parseCsdl } from '@dualwrite/schemas';
import { ClientCredentials } from './client-credentials';
import { DataverseClient } from './dataverse-client';
import { virtualColumn, virtualTable } from './events/virtual-names';
import { hasVirtualKey, virtualNativeId } from './events/virtual-row';
import { FoClient } from './fo-client';
import { SideHttp } from './side-http';
import type { WriteReply } from './write-reply';

interface Listening {
  readonly fo: { readonly url: string; readonly admin: string };
  readonly dataverse: { readonly url: string; readonly admin: string };
  readonly oauth: { readonly tokenUrl: string; readonly clientId: string; readonly clientSecret: string };
}

const MAIN = path.resolve(__dirname, '../../../dist/tools/sandbox/src/main.js');
const KEY = "(dataAreaId='usmf',CustomerGroupId='Z1')";
const ID = '5b0e8d0a-1111-5111-9111-aaaaaaaaaa01';

/** Clients against servers that are written from the same fact sheets by somebody else. */
describe('clients of both sides against the sandbox', () => {
  let child: ChildProcess;
  let state: string;
  let listening: Listening;
  let fo: FoClient;
  let dataverse: DataverseClient;

  beforeAll(async () => {
    state = await mkdtemp(path.join(tmpdir(), 'dualwrite-odata-'));
    child = spawn(process.execPath, [MAIN, '--state', state, '--fo-port', '0', '--dataverse-port', '0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, PARENT_PID: String(process.pid) },
    });
    listening = await firstLine(child);
    fo = new FoClient(httpTo(listening.fo.url, '/data'));
    dataverse = new DataverseClient(httpTo(listening.dataverse.url, '/api/data/v9.2'));
  });
  afterAll(async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill();
    await ended;
    await rm(state, { recursive: true });
  });

  function httpTo(url: string, root: string): SideHttp {
    const { tokenUrl, clientId, clientSecret } = listening.oauth;
    const token = new ClientCredentials({
      tokenUrl,
      clientId,
      credential: { kind: 'secret', secret: () => Promise.resolve(clientSecret) },
      scope: `${url}/.default`,
    });
    return new SideHttp({
      baseUrl: `${url}${root}`,
      users: [{ name: clientId, token }],
      requestDeadlineMs: 5_000,
    });
  }

  async function fault(side: 'fo' | 'dataverse', faults: unknown[]): Promise<void> {
    const url = `${listening[side].admin}/faults`;
    await fetch(url, { method: 'DELETE' });
    const headers = { 'content-type': 'application/json' };
    if (faults.length > 0) await fetch(url, { method: 'POST', headers, body: JSON.stringify(faults) });
  }

  const groups = { entitySet: 'CustomerGroups', select: ['dataAreaId', 'CustomerGroupId', 'Description'] };
  const accounts = { entitySet: 'accounts', select: ['name', 'accountnumber', 'creditlimit'] };

  it('F&O: create, duplicate, update with its answer, stale update, delete', async () => {
    const body = { dataAreaId: 'usmf', CustomerGroupId: 'Z1', Description: "O'Neil & sons" };
    const made = await fo.create(groups, KEY, body);
    expect(made).toMatchObject({ kind: 'done', row: { Description: "O'Neil & sons" } });
    expect(await fo.create(groups, KEY, body)).toMatchObject({ kind: 'duplicate' });
    const updated = await fo.update(groups, KEY, etagOf(made), { Description: 'B' });
    expect(updated).toMatchObject({ kind: 'done', row: { Description: 'B' } });
    expect(etagOf(updated)).not.toBe(etagOf(made));
    expect(await fo.update(groups, KEY, etagOf(made), { Description: 'C' })).toMatchObject({
      kind: 'precondition-failed',
    });
    const page = await fo.page(groups, { filter: "Description eq 'B'" });
    expect(page.rows).toHaveLength(1);
    expect(await fo.count('CustomerGroups', "dataAreaId eq 'usmf'")).toBe(1);
    expect(await fo.remove('CustomerGroups', KEY, etagOf(updated))).toEqual({ kind: 'done', row: null });
    expect(await fo.remove('CustomerGroups', KEY, etagOf(updated))).toMatchObject({ kind: 'not-found' });
  });

  it('F&O: rows of several entities go together, or none does', async () => {
    const key = (id: string): string => `(dataAreaId='usmf',CustomerGroupId='${id}')`;
    const body = (id: string) => ({ dataAreaId: 'usmf', CustomerGroupId: id, Description: id });
    const old = await fo.create(groups, key('T0'), body('T0'));
    const change = { ...groups, keyPredicate: key('T0'), kind: 'update', version: etagOf(old) } as const;
    const make = (id: string) =>
      ({ ...groups, keyPredicate: key(id), kind: 'create', body: body(id) }) as const;
    const refused = [{ ...change, body: { Description: 'N' } }, make('T1'), make('')];
    expect(await fo.together(refused)).toMatchObject({ kind: 'rejected', error: 'fo.validation' });
    const stale = { ...change, version: etagOf(old).replace('W/"', 'W/"x'), body: { Description: 'N' } };
    expect(await fo.together([make('T1'), stale])).toMatchObject({ kind: 'precondition-failed' });
    expect((await fo.page(groups, { filter: "Description eq 'N'" })).rows).toEqual([]);
    expect(await fo.count('CustomerGroups', "CustomerGroupId eq 'T1'")).toBe(0);
    const done = await fo.together([make('T1'), { ...change, body: { Description: 'N' } }]);
    expect(done).toMatchObject({ kind: 'done', rows: [{ CustomerGroupId: 'T1' }, { Description: 'N' }] });
    const remove = (id: string) =>
      ({ ...groups, keyPredicate: key(id), kind: 'delete', version: '*' }) as const;
    expect(await fo.together([remove('T1'), remove('T0')])).toEqual({ kind: 'done', rows: [null, null] });
  });

  it('Dataverse: rows of several tables go together, or none does', async () => {
    const header = '5b0e8d0a-1111-5111-9111-aaaaaaaaaa10';
    const line = '5b0e8d0a-1111-5111-9111-aaaaaaaaaa11';
    const make = (id: string, name: string | null) =>
      ({ ...accounts, id, kind: 'create', body: { name, accountnumber: id.slice(-6) } }) as const;
    const first = await dataverse.together([make(header, 'Header')]);
    expect(first).toMatchObject({ kind: 'done', rows: [{ name: 'Header' }] });
    const version = first.kind === 'done' ? String(first.rows[0]?.['@odata.etag']) : '';
    const change = { ...accounts, id: header, kind: 'update', version, body: { name: 'Changed' } } as const;
    expect(await dataverse.together([change, make(header, 'Twin')])).toMatchObject({ kind: 'duplicate' });
    const stale = { ...change, version: 'W/"1"' };
    expect(await dataverse.together([make(line, 'Line'), stale])).toMatchObject({
      kind: 'precondition-failed',
    });
    const found = await Promise.all([
      dataverse.findById(accounts, header),
      dataverse.findById(accounts, line),
    ]);
    expect(found).toMatchObject([{ name: 'Header' }, null]);
    expect(await dataverse.together([change, make(line, 'Line')])).toMatchObject({
      kind: 'done',
      rows: [{ name: 'Changed' }, { name: 'Line' }],
    });
    await dataverse.remove('accounts', header, '*');
    await dataverse.remove('accounts', line, '*');
  });

  it('F&O: a duplicate is told whatever language our user there reads', async () => {
    const options = (values: object) =>
      fetch(`${listening.fo.admin}/options`, { method: 'PUT', body: JSON.stringify(values) });
    await options({ defaultLanguage: 'de' });
    const body = { dataAreaId: 'usmf', CustomerGroupId: 'Z1' };
    const made = await fo.create(groups, KEY, body);
    const again = await fo.create(groups, KEY, body);
    expect(again).toMatchObject({ kind: 'duplicate', key: 'primary', error: 'fo.duplicate' });
    expect(again).toMatchObject({ text: expect.stringContaining('bereits vorhanden') });
    const other = "(dataAreaId='usmf',CustomerGroupId='')";
    const refused = await fo.create(groups, other, { dataAreaId: 'usmf', CustomerGroupId: '' });
    expect(refused).toMatchObject({ kind: 'rejected', error: 'fo.validation' });
    await fo.remove('CustomerGroups', KEY, etagOf(made));
    await options({ defaultLanguage: 'en-us' });
  });

  it('F&O: a row made for it tells whether old versions are refused, and is not changed', async () => {
    const options = (values: object) =>
      fetch(`${listening.fo.admin}/options`, { method: 'PUT', body: JSON.stringify(values) });
    const made = await fo.create(groups, KEY, { dataAreaId: 'usmf', CustomerGroupId: 'Z1' });
    const row = `CustomerGroups${KEY}`;
    expect(await fo.refusesOldVersion(row)).toBe('refused');
    await options({ ifMatchHonoured: false });
    expect(await fo.refusesOldVersion(row)).toBe('taken');
    await options({ ifMatchHonoured: true });
    expect(await fo.refusesOldVersion("CustomerGroups(dataAreaId='usmf',CustomerGroupId='none')")).toBe(
      'unclear',
    );
    expect(made.kind).toBe('done');
    await fo.remove('CustomerGroups', KEY, '*');
  });

  it('F&O: an environment id, entities of the metadata service, tables of the metadata', async () => {
    expect(await fo.environmentId()).toEqual(expect.any(String));
    expect(await fo.publicEntity('CustomerGroup')).toMatchObject({ EntitySetName: 'CustomerGroups' });
    expect(await fo.publicEntity('NoSuchThing')).toBeUndefined();
    expect(await fo.metadata()).toContain('CustomerGroups');
  });

  it('F&O through Dataverse: a tracked virtual table tells which rows have changed; one that is not says so', async () => {
    const name = 'mserp_customergroupentity';
    expect(await dataverse.trackedTable('mserp_nosuchentity')).toBeNull();
    expect(await dataverse.trackedTable(name)).toMatchObject({ isTracked: false });
    const options = { rowVersionTables: ['CustomerGroups'] };
    await fetch(`${listening.fo.admin}/options`, { method: 'PUT', body: JSON.stringify(options) });
    const table = await dataverse.trackedTable(name);
    expect(table?.isTracked).toBe(true);
    const schemas = await parseCsdl('fo', await fo.metadata());
    const schema = schemas.find((one) => one.entitySet === 'CustomerGroups')!;
    expect([virtualTable(schema), hasVirtualKey(schema)]).toEqual([name, true]);
    const select = schema.key.map(virtualColumn);
    const first = await dataverse.trackChanges({ entitySet: table?.entitySet ?? '', select }, 5_000);
    const made = await fo.create(groups, KEY, { dataAreaId: 'usmf', CustomerGroupId: 'Z1' });
    const changes = await dataverse.followChanges(first.deltaLink ?? '', 5_000);
    if (changes === 'expired') throw new Error('the link has expired');
    const told = changes.rows.map((row) => virtualNativeId(schema, row));
    expect(told).toEqual([nativeIdOf(schema, { dataAreaId: 'usmf', CustomerGroupId: 'Z1' })]);
    await fo.remove('CustomerGroups', KEY, etagOf(made));
    const gone = await dataverse.followChanges(changes.deltaLink ?? '', 5_000);
    expect(gone).toMatchObject({ rows: [], deleted: [expect.any(String)] });
  });

  it('Dataverse: create under our id, duplicate, update, stale update, exact decimals, delete', async () => {
    const made = await dataverse.create(accounts, ID, { name: 'A', accountnumber: 'N-1' });
    expect(made).toMatchObject({ kind: 'done', row: { name: 'A', accountid: ID } });
    expect(await dataverse.create(accounts, ID, { name: 'A' })).toMatchObject({
      kind: 'duplicate',
      key: 'primary',
    });
    const updated = await dataverse.update(accounts, ID, etagOf(made), { creditlimit: 1250.5 });
    expect(updated).toMatchObject({ kind: 'done' });
    const row = await dataverse.findById(accounts, ID);
    expect(String(row?.['creditlimit'])).toBe('1250.5000');
    expect(await dataverse.update(accounts, ID, etagOf(made), { name: 'C' })).toMatchObject({
      kind: 'precondition-failed',
    });
    expect(await dataverse.update(accounts, ID, etagOf(updated), { name: 'x'.repeat(999) })).toMatchObject({
      kind: 'rejected',
      code: '0x80044331',
    });
    expect(await dataverse.remove('accounts', ID, etagOf(updated))).toEqual({ kind: 'done', row: null });
    expect(await dataverse.findById(accounts, ID)).toBeNull();
  });

  it('Dataverse: tracking brings all rows by pages, then changes and deletes', async () => {
    const ids = Array.from({ length: 5 }, (_, i) => ID.replace(/01$/, `1${i}`));
    for (const id of ids) await dataverse.create(accounts, id, { name: id });
    let page = await dataverse.trackChanges(accounts, 2);
    const seen = [...page.rows];
    while (page.nextLink !== null) page = await changes(page.nextLink);
    async function changes(link: string) {
      const next = await dataverse.followChanges(link, 2);
      if (next === 'expired') throw new Error('expired');
      seen.push(...next.rows);
      return next;
    }
    expect(seen.map((row) => row['accountid']).sort()).toEqual(ids);
    const [first = '', second = ''] = ids;
    await dataverse.update(accounts, first, '*', { name: 'changed' });
    await dataverse.remove('accounts', second, '*');
    const delta = await changes(page.deltaLink ?? '');
    expect(delta.rows.map((row) => row['name'])).toEqual(['changed']);
    expect(delta.deleted).toEqual([second]);
    expect(delta.deltaLink).not.toBeNull();
    expect(await dataverse.count('accounts', 'accountid')).toBe(4);
  });

  it('Dataverse: a lookup that may point at several tables says which one, however it is read', async () => {
    const contacts = {
      entitySet: 'contacts',
      select: ['lastname', '_parentcustomerid_value'],
      tellsTargets: true,
    };
    const [company, person, child] = ['21', '22', '23'].map((end) => ID.replace(/01$/, end)) as [
      string,
      string,
      string,
    ];
    await dataverse.create(accounts, company, { name: 'Company' });
    await dataverse.create(contacts, person, { lastname: 'Person' });
    const made = await dataverse.create(contacts, child, {
      lastname: 'Child',
      'parentcustomerid_account@odata.bind': `/accounts(${company})`,
    });
    const table = '_parentcustomerid_value@Microsoft.Dynamics.CRM.lookuplogicalname';
    expect(made).toMatchObject({
      kind: 'done',
      row: { _parentcustomerid_value: company, [table]: 'account' },
    });
    const round = await dataverse.trackChanges(contacts, 5);
    const updated = await dataverse.update(contacts, child, etagOf(made), {
      'parentcustomerid_contact@odata.bind': `/contacts(${person})`,
    });
    const moved = { _parentcustomerid_value: person, [table]: 'contact' };
    expect(updated).toMatchObject({ row: moved });
    expect(await dataverse.findById(contacts, child)).toMatchObject(moved);
    const page = await dataverse.page(contacts, { orderBy: 'contactid', pageRowCountMax: 1 });
    const next = await dataverse.followPage(page.nextLink ?? '', 1, contacts);
    expect(next.rows).toMatchObject([moved]);
    const delta = await dataverse.followChanges(round.deltaLink ?? '', 5, contacts);
    expect(delta).toMatchObject({ rows: [moved] });
    await fetch(`${listening.dataverse.admin}/tables/contacts/rows`, { method: 'DELETE' });
    await dataverse.remove('accounts', company, '*');
  });

  it('both: what answers that fail mean', async () => {
    const made = await fo.create(groups, KEY, { dataAreaId: 'usmf', CustomerGroupId: 'Z1' });
    await fault('fo', [{ match: { operation: 'update' }, effect: { status: 429, retryAfter: 3 }, times: 1 }]);
    expect(await fo.update(groups, KEY, etagOf(made), { Description: 'B' })).toMatchObject({
      kind: 'throttled',
      retryAfterMs: 3_000,
    });
    await fault('fo', [{ match: { operation: 'update' }, effect: { loseAnswer: true }, times: 1 }]);
    expect(await fo.update(groups, KEY, etagOf(made), { Description: 'B' })).toMatchObject({ kind: 'lost' });
    await fault('fo', []);
    const { rows } = await fo.page(groups, {});
    expect(rows.map((row) => row['Description'])).toEqual(['B']);
    await fault('dataverse', [{ match: { operation: 'create' }, effect: { status: 503 }, times: 1 }]);
    expect(await dataverse.create(accounts, ID, { name: 'A' })).toMatchObject({ kind: 'unavailable' });
    expect(await dataverse.create(accounts, ID, { name: 'A' })).toMatchObject({ kind: 'done' });
  });
});

function etagOf(reply: WriteReply): string {
  if (reply.kind !== 'done') throw new Error(`the write ended as ${reply.kind}`);
  return String(reply.row?.['@odata.etag']);
}

async function firstLine(child: ChildProcess): Promise<Listening> {
  if (child.stdout === null) throw new Error('the sandbox has no output');
  for await (const line of createInterface(child.stdout)) return JSON.parse(line) as Listening;
  throw new Error(
    'the sandbox ended before it listened; is it built? node tools/workspace/build.mjs tools/sandbox',
  );
}
