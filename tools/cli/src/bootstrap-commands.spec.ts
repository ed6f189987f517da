import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import type { BootstrappedRow } from './bootstrap-summary';
import { runProgram } from './program';

const DOCUMENT = `apiVersion: dualwrite.io/v1
kind: CompanyBootstrap
metadata: { name: first }
spec:
  tables: [account]
  rules: [{ company: usmf, filter: "address1_country eq 'US'" }]
`;
const row = (id: string, outcome: BootstrappedRow['outcome'], companies = ['usmf']): BootstrappedRow => ({
  ...{ table: 'account', id, outcome, companies, rules: [0], code: null, text: null, cells: {} },
});

describe('dw company bootstrap', () => {
  let pages: { rows: BootstrappedRow[]; teams: object[]; nextCursor: string | null }[] = [];
  const asked: { url: string | undefined; body: { cursor: string | null; document: object } }[] = [];
  let server: Server;
  let folder: string;
  let url: string;

  beforeAll(async () => {
    server = createServer((request, response) => {
      void text(request).then((body) => {
        asked.push({ url: request.url, body: JSON.parse(body) as (typeof asked)[number]['body'] });
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(pages.shift()));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    folder = await mkdtemp(path.join(tmpdir(), 'dw-'));
    await writeFile(path.join(folder, 'companies.yaml'), DOCUMENT);
  }, 60_000);
  afterAll(async () => {
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true });
  });

  async function dw(...args: string[]): Promise<{ code: number; out: string; err: string }> {
    let out = '';
    let err = '';
    const code = await runProgram([...args, '--url', url, '--token', 't'], {
      streams: { out: (data) => (out += data), err: (data) => (err += data) },
      environment: {},
      readInput: () => Promise.resolve(''),
    });
    return { code, out, err };
  }

  it('given rows on two pages, when they are written, then all pages are asked for, and the report has every row', async () => {
    pages = [
      { rows: [row('1', 'written'), row('2', 'none', [])], teams: [], nextCursor: 'c2' },
      { rows: [row('3', 'written')], teams: [], nextCursor: null },
    ];
    const report = path.join(folder, 'report.ndjson');
    const document = path.join(folder, 'companies.yaml');
    const done = await dw('company', 'bootstrap', 'apply', '-f', document, '--file', report, '--json');
    expect([done.code, done.err]).toEqual([1, '']);
    expect(JSON.parse(done.out)).toMatchObject({
      ok: false,
      tables: [{ table: 'account', rows: 3, written: 2, none: 1, companies: { usmf: 2 } }],
    });
    expect(asked.map(({ url: to, body }) => [to, body.cursor])).toEqual([
      ['/api/v1/companies:apply', null],
      ['/api/v1/companies:apply', 'c2'],
    ]);
    expect((await readFile(report, 'utf8')).trim().split('\n')).toHaveLength(3);

    // The row without a rule was mended, and the command came again: the report tells how each row was left.
    pages = [{ rows: [row('2', 'written')], teams: [], nextCursor: null }];
    expect((await dw('company', 'bootstrap', 'apply', '-f', document, '--file', report)).code).toBe(0);
    const told = await dw('company', 'bootstrap', 'report', report, '--json');
    expect([told.code, JSON.parse(told.out)]).toMatchObject([
      0,
      { ok: true, tables: [{ written: 3, none: 0 }] },
    ]);
  });

  it('given a row that Dataverse refused, then 8, and a document that is no YAML, then 2 and the line', async () => {
    pages = [{ rows: [{ ...row('1', 'refused'), code: '0x1', text: 'no' }], teams: [], nextCursor: null }];
    const document = path.join(folder, 'companies.yaml');
    expect((await dw('company', 'bootstrap', 'apply', '-f', document)).code).toBe(8);
    const broken = path.join(folder, 'broken.yaml');
    await writeFile(broken, 'spec:\n  tables: [a\n');
    const refused = await dw('company', 'bootstrap', 'plan', '-f', broken);
    expect([refused.code, refused.out]).toEqual([2, '']);
    expect(refused.err).toContain('broken.yaml:');
  });
});
