import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { runProgram } from './program';

const MAP_FILE = `apiVersion: dualwrite.io/v1
kind: TableMap
metadata: { name: groups }
spec:
  fo: { entity: CustomerGroups }
  dataverse: { table: msdyn_customergroup }
  key: [{ fo: CustomerGroupId, dataverse: msdyn_groupid }]
  fields: [{ fo: Description, dataverse: msdyn_description }]
`;
const STATUS = {
  maps: [
    {
      name: 'customersv3-accounts',
      state: 'running',
      health: 'healthy',
      inStep: true,
      lagMs: 0,
      lagCount: 0,
      examined: 2000,
      written: { fo: 0, dataverse: 2000 },
      unchanged: 0,
      filtered: 0,
      parked: 0,
      waiting: 0,
      held: 0,
    },
  ],
};

interface Asked {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

describe('dw', () => {
  const asked: Asked[] = [];
  let answer: { status: number; body: unknown } = { status: 200, body: {} };
  let server: Server;
  let folder: string;
  let stack: string;

  beforeAll(async () => {
    // The command loads the map language when it needs it; on a busy machine that alone outlasts a test's time.
    await import('@dualwrite/maps');
    server = createServer((request, response) => {
      void text(request).then((body) => {
        const { method, url } = request;
        const { authorization } = request.headers;
        asked.push({ method, url, authorization, body: body === '' ? undefined : JSON.parse(body) });
        response
          .writeHead(answer.status, { 'content-type': 'application/json' })
          .end(JSON.stringify(answer.body));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    folder = await mkdtemp(path.join(tmpdir(), 'dw-'));
    stack = path.join(folder, 'stack.json');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await writeFile(stack, JSON.stringify({ console: { url, signInLink: `${url}/?token=s3cret` } }));
  }, 60_000);
  afterAll(async () => {
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true });
  });
  beforeEach(() => {
    asked.length = 0;
    answer = { status: 200, body: {} };
  });

  async function dw(
    args: readonly string[],
    input = '',
  ): Promise<{ code: number; out: string; err: string }> {
    let out = '';
    let err = '';
    const code = await runProgram(args, {
      streams: { out: (data) => (out += data), err: (data) => (err += data) },
      environment: {},
      readInput: () => Promise.resolve(input),
    });
    return { code, out, err };
  }

  describe('given a running installation', () => {
    it('when the status is asked for as JSON, then it is the one document of the API, asked for with the token', async () => {
      answer = { status: 200, body: STATUS };
      const { code, out, err } = await dw(['status', '--json', '--stack', stack]);
      expect([code, err]).toEqual([0, '']);
      expect(JSON.parse(out)).toEqual(STATUS);
      expect(asked).toEqual([
        { method: 'GET', url: '/api/v1/status', authorization: 'Bearer s3cret', body: undefined },
      ]);
    });

    it('when a proof is asked for and holds, then 0; with rows that break it, then 1 and the rows', async () => {
      const map = {
        name: 'units',
        state: 'running',
        isJudged: true,
        rows: { fo: 1, dataverse: 1 },
        pairs: 1,
        parked: 0,
      };
      const clean = { ok: true, looks: 1, maps: [{ ...map, breachCount: 0 }], breachCount: 0, breaches: [] };
      answer = { status: 200, body: clean };
      const held = await dw(['prove', '--json', '--stack', stack]);
      expect([held.code, JSON.parse(held.out), held.err]).toEqual([0, clean, '']);
      const breach = {
        kind: 'disagreement',
        map: 'units',
        key: 'kg',
        field: 'Name=name',
        text: '"a" in fo, "b" in dataverse',
      };
      answer = { status: 200, body: { ...clean, ok: false, breachCount: 1, breaches: [breach] } };
      const broken = await dw(['prove', 'units', '--stack', stack]);
      expect(broken.code).toBe(1);
      expect(broken.out).toContain('"a" in fo, "b" in dataverse');
      expect(asked.map(({ method, url, body }) => [method, url, body])).toEqual([
        ['POST', '/api/v1/proofs', { maps: [] }],
        ['POST', '/api/v1/proofs', { maps: ['units'] }],
      ]);
    });

    it('when the options stand before the command, then it is the same', async () => {
      answer = { status: 200, body: STATUS };
      const { out } = await dw(['--json', '--stack', stack, 'status']);
      expect(JSON.parse(out)).toEqual(STATUS);
    });

    it('when the status is asked for as a table, then its columns are aligned', async () => {
      answer = { status: 200, body: STATUS };
      const { out } = await dw(['status', '--stack', stack]);
      const [head, row] = out.split('\n');
      expect(head).toMatch(/^MAP +STATE +HEALTH +IN STEP +LAG +EXAMINED/);
      expect(row).toMatch(/^customersv3-accounts +running +healthy +yes +none +2,000 +0 +2,000/);
      expect(head?.indexOf('STATE')).toBe(row?.indexOf('running'));
    });

    it('when there is no map, then the table says what to do', async () => {
      answer = { status: 200, body: { maps: [] } };
      expect((await dw(['map', 'list', '--stack', stack])).out).toContain('dw map apply -f FILE');
      expect((await dw(['map', 'list', '--stack', stack, '-o', 'yaml'])).out).toBe('maps: []\n');
    });

    it('when parked pairs are listed, then each has its reasons in words', async () => {
      const parks = [{ reason: 'rejected', code: '0x80040237', text: 'duplicate name' }];
      answer = {
        status: 200,
        body: { parked: [{ pairId: 'p', key: 'usmf/US-001', parks, since: '2026-01-01T00:00:00Z' }] },
      };
      const { code, out } = await dw(['parked', 'customers', '--limit', '5', '--stack', stack]);
      expect(code).toBe(0);
      expect(out).toMatch(/usmf\/US-001 +rejected: duplicate name/);
      expect(asked[0]).toMatchObject({ method: 'GET', url: '/api/v1/maps/customers/parked?limit=5' });
    });

    it.each([
      [0, { row: 'K', pairs: [{ pairId: 'p', key: 'K', verdict: 'written-fo', parks: [] }] }],
      [
        1,
        {
          row: 'K',
          pairs: [
            {
              pairId: 'p',
              key: 'K',
              verdict: 'parked',
              parks: [{ reason: 'conflict', code: null, text: 'name' }],
            },
          ],
        },
      ],
      [8, { row: 'K', pairs: [], refused: { code: 'row-unknown', text: 'the map knows no row K' } }],
    ])('when rows are released, then exit code %i tells what came of it', async (expected, row) => {
      answer = { status: 200, body: { rows: [row] } };
      const { code, out } = await dw([
        'release',
        'customers',
        'K',
        '--winner',
        'fo',
        '--reason',
        'asked',
        '--json',
        '--stack',
        stack,
      ]);
      expect([code, JSON.parse(out)]).toEqual([expected, answer.body]);
      expect(asked[0]).toMatchObject({
        method: 'POST',
        url: '/api/v1/maps/customers:release',
        body: { rows: ['K'], winner: 'fo', reason: 'asked' },
      });
    });

    it('when a winner is named that is no side, then it is wrong usage and nobody is asked', async () => {
      expect((await dw(['release', 'customers', 'K', '--winner', 'both', '--stack', stack])).code).toBe(2);
      expect(asked).toEqual([]);
    });

    it('when a map is started, then all names go in one request', async () => {
      answer = { status: 200, body: { maps: [{ name: 'a', state: 'initial-sync', confirmed: true }] } };
      const { code, out } = await dw(['map', 'start', 'a', 'b', '--json', '--stack', stack]);
      expect([code, JSON.parse(out)]).toEqual([0, answer.body]);
      expect(asked[0]).toMatchObject({
        method: 'POST',
        url: '/api/v1/maps:start',
        body: { names: ['a', 'b'] },
      });
    });

    it.each([
      [6, [{ name: 'a', state: 'paused', confirmed: false, missing: ['mapper x'] }]],
      [
        8,
        [
          { name: 'a', state: 'paused', confirmed: true },
          {
            name: 'b',
            state: 'stopped',
            confirmed: false,
            refused: { code: 'map-not-running', text: 'it is stopped' },
          },
        ],
      ],
    ])(
      'when an act is not confirmed everywhere, then the exit code is %i and the answer tells each',
      async (code, maps) => {
        answer = { status: 200, body: { maps } };
        const done = await dw(['map', 'pause', 'a', 'b', '--json', '--stack', stack]);
        expect([done.code, JSON.parse(done.out)]).toEqual([code, { maps }]);
      },
    );

    it('when a file from standard input is applied, then its text is sent', async () => {
      answer = { status: 200, body: { maps: [{ name: 'groups', version: 1, action: 'created' }] } };
      const { code, out } = await dw(['map', 'apply', '-f', '-', '--stack', stack], MAP_FILE);
      expect(code).toBe(0);
      expect(out).toMatch(/groups +1 +created/);
      expect(asked[0]).toMatchObject({
        url: '/api/v1/maps:apply',
        body: { files: [{ name: '-', text: MAP_FILE }] },
      });
    });

    it('when a folder is applied, then every map file in it is sent', async () => {
      const maps = await mkdtemp(path.join(folder, 'maps-'));
      await writeFile(path.join(maps, 'b.yaml'), MAP_FILE);
      await writeFile(path.join(maps, 'a.yml'), MAP_FILE);
      await writeFile(path.join(maps, 'notes.txt'), 'not a map');
      answer = { status: 200, body: { maps: [{ name: 'groups', version: 1, action: 'unchanged' }] } };
      await dw(['map', 'apply', '-f', maps, '--stack', stack]);
      expect(asked[0]?.body).toMatchObject({
        files: [{ name: path.join(maps, 'a.yml') }, { name: path.join(maps, 'b.yaml') }],
      });
    });

    it.each([
      [401, 3],
      [404, 4],
      [409, 5],
      [422, 2],
      [503, 7],
      [500, 9],
    ])(
      'when it refuses with %i, then the exit code is %i and the problem is on stderr',
      async (status, exitCode) => {
        const problem = {
          type: 'about:blank',
          title: 'No',
          status,
          code: 'no',
          errors: [{ message: 'why' }],
        };
        answer = { status, body: problem };
        const { code, out, err } = await dw(['row', 'usmf/US-001', '--json', '--stack', stack]);
        expect([code, out, JSON.parse(err)]).toEqual([exitCode, '', problem]);
        expect(asked[0]?.url).toBe('/api/v1/rows/usmf%2FUS-001');
      },
    );
  });

  it('given a file that does not parse, when it is applied without any server, then the place is shown and code 2', async () => {
    const file = path.join(folder, 'broken.yaml');
    await writeFile(file, 'apiVersion: dualwrite.io/v1\nkind: [TableMap\n');
    const json = await dw(['map', 'apply', '-f', file, '--json', '--stack', path.join(folder, 'none.json')]);
    expect([json.code, json.out]).toEqual([2, '']);
    expect(JSON.parse(json.err)).toMatchObject({
      code: 'definition-invalid',
      errors: [{ file, severity: 'error' }],
    });
    const table = await dw(['map', 'apply', '-f', file]);
    expect(table.err).toMatch(new RegExp(`${file}:\\d+:\\d+ error`));
  });

  it.each([
    ['an unknown command', ['frobnicate']],
    ['an unknown option', ['status', '--frobnicate']],
    ['a missing argument', ['map', 'start']],
    ['a missing command', ['map']],
    ['a form that there is not', ['status', '-o', 'xml']],
  ])('given %s, when it is run, then the exit code is 2 and stderr says why', async (_, args) => {
    const { code, out, err } = await dw(args);
    expect([code, out]).toEqual([2, '']);
    expect(err).not.toBe('');
  });

  it('given a missing argument and --json, when it is run, then stderr is one problem', async () => {
    const { code, err } = await dw(['map', 'start', '--json']);
    expect([code, JSON.parse(err)]).toMatchObject([2, { code: 'usage' }]);
  });

  it('given no installation, when it is asked, then the exit code is 7 and the remedy is named', async () => {
    const { code, err } = await dw(['status', '--url', 'http://127.0.0.1:1', '--token', 'x']);
    expect(code).toBe(7);
    expect(err).toContain('is the installation running?');
  });

  it('given help, when exit codes are asked for, then all are listed', async () => {
    const { code, out } = await dw(['help', 'exit-codes']);
    expect(code).toBe(0);
    expect(out.split('\n').length).toBeGreaterThan(10);
    expect((await dw(['map', 'apply', '--help'])).out).toContain('Exit codes: 0 2 3 7');
    expect((await dw(['version', '--json'])).out).toMatch(/"version":"\d+\.\d+\.\d+"/);
  });

  it('waits: says how many rows wait for what, and why it is not there', async () => {
    const customer = { map: 'customersv3-accounts', key: 'usmf/US-000001', pairId: 'p-1' };
    const group = { table: 'msdyn_customergroup', column: 'msdyn_groupid', value: '40', company: 'usmf' };
    const source = {
      map: 'customergroups',
      key: 'usmf/40',
      pairId: 'p-2',
      reason: 'rejected: no name',
      waitsFor: [],
    };
    const waits = [
      { ...group, rowCount: 12, rows: [customer], cause: 'parked', source },
      { ...group, table: 'msdyn_taxgroup', rowCount: 1, rows: [customer], cause: 'no-map', source: null },
    ];
    answer = { status: 200, body: { waits } };
    const shown = await dw(['waits', '--map', 'customersv3-accounts', '--stack', stack]);
    expect(asked[0]?.url).toBe('/api/v1/waits?map=customersv3-accounts');
    expect(shown).toMatchObject({ code: 0 });
    expect(shown.out).toMatch(
      /12 {2}msdyn_customergroup 40 .*usmf\/US-000001 and 11 more .*parked in customergroups: rejected: no name/,
    );
    expect(shown.out).toMatch(/1 {2}msdyn_taxgroup 40 .*usmf\/US-000001 +no map fills msdyn_taxgroup/);
    answer = { status: 200, body: { waits: [] } };
    expect((await dw(['waits', '--stack', stack])).out).toBe('Nothing waits.\n');
    expect(JSON.parse((await dw(['waits', '--json', '--stack', stack])).out)).toEqual({ waits: [] });
  });

  it('map check: shows every finding with its place, and ends with 1 where one is an error', async () => {
    const file = path.join(folder, 'groups.yaml');
    await writeFile(file, MAP_FILE);
    const warning = {
      code: 'text-may-not-fit',
      severity: 'warning',
      field: 'spec.fields[0]',
      message: 'long',
      line: 8,
    };
    answer = { status: 200, body: { maps: [{ name: 'groups', file, findings: [warning] }] } };
    const warned = await dw(['map', 'check', '-f', file, '--stack', stack]);
    expect(asked[0]).toMatchObject({ method: 'POST', url: '/api/v1/maps:check' });
    expect(warned).toMatchObject({ code: 0 });
    expect(warned.out).toContain(`${file}:8`);
    const error = { ...warning, code: 'unknown-column', severity: 'error', message: 'did you mean x?' };
    answer = { status: 200, body: { maps: [{ name: 'groups', file, findings: [warning, error] }] } };
    const { code, out } = await dw(['map', 'check', '-f', file, '--json', '--stack', stack]);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toEqual(answer.body);
  });
});
