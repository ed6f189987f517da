import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
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

    it('when both sides are verified and differ, then 1, and the report is a file that a repair takes', async () => {
      const rows = { fo: 'kg', dataverse: 'd1' };
      const different = {
        kind: 'different',
        map: 'units',
        key: 'kg',
        rows,
        values: { fo: 'a', dataverse: 'b' },
        aside: null,
      };
      const verified = {
        at: '2026-01-01T00:00:00Z',
        looks: 3,
        maps: [
          { name: 'units', version: 1, state: 'running', rows: { fo: 1, dataverse: 1 }, differenceCount: 2 },
        ],
        differenceCount: 2,
        byKind: { different: 2 },
        differences: [
          { ...different, field: 'Name=name' },
          { ...different, field: 'Text=text' },
        ],
      };
      answer = { status: 200, body: verified };
      const file = path.join(folder, 'report.json');
      const found = await dw(['verify', 'units', '--file', file, '--stack', stack]);
      expect(found.code).toBe(1);
      expect(found.out).toContain(`dw repair --report ${file} --preview`);

      const row = { map: 'units', key: 'kg', outcome: 'mended', writes: [], text: null };
      answer = { status: 200, body: { rows: [row] } };
      const mended = await dw(['repair', '--report', file, '--json', '--stack', stack]);
      expect([mended.code, JSON.parse(mended.out)]).toEqual([
        0,
        { preview: false, outcomes: { mended: 1 }, rows: [row] },
      ]);
      answer = { status: 200, body: { rows: [{ ...row, outcome: 'aside', text: 'parked: rejected' }] } };
      const left = await dw(['repair', '--report', file, '--stack', stack]);
      expect([left.code, left.out.includes('parked: rejected')]).toEqual([1, true]);
      const reported = { map: 'units', key: 'kg', rows, fields: ['Name=name', 'Text=text'] };
      expect(asked.slice(1).map(({ url, body }) => [url, body])).toEqual([
        ['/api/v1/repairs', { rows: [reported], preview: false }],
        ['/api/v1/repairs', { rows: [reported], preview: false }],
      ]);
    });

    it('when the report is none, then 2, and it says how to get one', async () => {
      const file = path.join(folder, 'no-report.json');
      await writeFile(file, '{"rows": []}');
      const refused = await dw(['repair', '--report', file, '--stack', stack]);
      expect([refused.code, refused.err.includes('dw verify --file')]).toEqual([2, true]);
      expect((await dw(['repair', '--report', `${file}.not`, '--stack', stack])).code).toBe(2);
      expect(asked).toEqual([]);
    });

    it('when a first sync is planned and rows have problems, then 1, with the groups and the time', async () => {
      const plan = {
        maps: [
          {
            name: 'units',
            version: 1,
            state: 'stopped',
            wave: 1,
            rows: { fo: 9, dataverse: 0 },
            filtered: { fo: 0, dataverse: 0 },
            creates: { fo: 0, dataverse: 7 },
            updates: { fo: 0, dataverse: 0 },
            unchanged: 0,
            parked: 2,
            waiting: 0,
            problems: [
              {
                map: 'units',
                side: 'dataverse',
                code: 'too-long',
                field: 'Name=name',
                text: 'more than 60 characters',
                rowCount: 2,
                samples: ['kg', 'lb'],
              },
            ],
            seconds: { low: 1, high: 180 },
          },
        ],
        seconds: { low: 1, high: 180 },
        problemCount: 2,
      };
      answer = { status: 200, body: plan };
      const { code, out } = await dw(['sync', 'plan', 'units', '--stack', stack]);
      expect(code).toBe(1);
      expect(out).toContain('All together: 1 s to 3 min');
      expect(out).toMatch(/2 +units +too-long +Name=name +more than 60 characters +kg, lb/);
    });

    it('when a first sync is followed, then each table says how far it is and how long it will take', async () => {
      const table = {
        side: 'fo',
        table: 'Units',
        company: '*',
        state: 'reading',
        read: 2_000,
        total: 10_000,
        ratePerSecond: 200,
        secondsLeft: { low: 40, high: 80 },
        error: null,
      };
      const books = {
        written: { fo: 0, dataverse: 7 },
        unchanged: 1,
        filtered: 0,
        parked: 2,
        waiting: 0,
      };
      answer = { status: 200, body: { runs: [{ map: 'units', state: 'active', tables: [table], books }] } };
      const { code, out } = await dw(['sync', 'status', 'units', '--stack', stack]);
      expect(code).toBe(0);
      expect(out).toMatch(/units +fo +Units +all +reading +2,000 +10,000 +200 +40 s to 80 s/);
      expect(asked[0]?.url).toBe('/api/v1/sync/runs?map=units');
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

    it('when a map is started without initial sync, then the request says so', async () => {
      answer = { status: 200, body: { maps: [{ name: 'a', state: 'initial-sync', confirmed: true }] } };
      expect((await dw(['map', 'start', 'a', '--skip-initial-sync', '--stack', stack])).code).toBe(0);
      expect(asked[0]?.body).toEqual({ names: ['a'], initialSync: 'skip' });
      // Of a resume it would be something else: see its modes.
      expect((await dw(['map', 'resume', 'a', '--skip-initial-sync', '--stack', stack])).code).toBe(2);
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

    it.each([
      [
        ['map', 'pause', 'a', '--with-dependants', '--reason', 'month end'],
        { names: ['a'], reason: 'month end', dependants: 'with' },
      ],
      [['map', 'stop', 'a', '--refuse-dependants'], { names: ['a'], dependants: 'refuse' }],
      [
        ['map', 'resume', 'a', '--mode', 'discard', '--discard-count', '12'],
        { names: ['a'], mode: 'discard', discardCount: 12 },
      ],
    ])('when an act says how, then the console is told: %j', async (args, body) => {
      answer = {
        status: 200,
        body: { maps: [{ name: 'a', state: 'paused', confirmed: true }], dependants: ['b'] },
      };
      const { code, out } = await dw([...args, '--stack', stack]);
      expect([code, asked[0]?.body]).toEqual([0, body]);
      expect(out).toContain('may wait: b');
    });

    it('when rows are released field by field, then the choices are sent as they were made', async () => {
      answer = { status: 200, body: { rows: [{ row: 'r', pairs: [{ verdict: 'written-fo', parks: [] }] }] } };
      const choose = [
        '--take',
        'A=a=fo',
        'b=dataverse',
        '--set',
        'Name=Contoso Ltd',
        'c=dataverse:x=y',
        'd=',
      ];
      expect((await dw(['release', 'm', 'r', ...choose, '--stack', stack])).code).toBe(0);
      expect(asked[0]?.body).toEqual({
        rows: ['r'],
        choices: {
          'A=a': { take: 'fo' },
          b: { take: 'dataverse' },
          Name: { side: 'fo', value: 'Contoso Ltd' },
          c: { side: 'dataverse', value: 'x=y' },
          d: { side: 'fo', value: null },
        },
      });
      expect((await dw(['release', 'm', 'r', '--take', 'a=both', '--stack', stack])).code).toBe(2);
    });

    it.each([
      ['done', { unchanged: 2 }, 0],
      ['done', { unchanged: 1, parked: 1 }, 8],
      ['stopped', {}, 9],
      ['failed', {}, 9],
    ])(
      'when a retry is waited for and is %s with %j, then the exit code is %i',
      async (state, outcomes, exit) => {
        const operation = { id: 'i', kind: 'retry', map: 'm', asked: { selection: 'all of m' }, text: null };
        answer = {
          status: 200,
          body: { ...operation, state, outcomes, total: 2, done: 2, ratePerSecond: 5 },
        };
        const { code, out } = await dw([
          'retry',
          'm',
          '--rate',
          '5',
          '--release',
          '--wait',
          '--stack',
          stack,
        ]);
        expect([code, asked[0]?.body]).toEqual([exit, { map: 'm', how: 'release', ratePerSecond: 5 }]);
        expect(out).toContain('all of m');
      },
    );

    it('when what is parked is asked for without a map, then groups are shown; a conflict is shown field by field', async () => {
      const group = {
        fingerprint: 'abc',
        map: 'm',
        count: 3,
        code: 'fo.validation',
        direction: 'to-fo',
        field: null,
      };
      const times = { firstAt: '2026-01-01', lastAt: '2026-01-02', retryAt: null, text: 'no such group' };
      answer = {
        status: 200,
        body: { groups: [{ ...group, ...times, samples: [{ key: 'usmf/1', pairId: 'p' }] }] },
      };
      const groups = await dw(['parked', '--stack', stack]);
      expect([groups.code, groups.out]).toEqual([
        0,
        expect.stringMatching(/abc +m +3 +fo.validation[^]*no such group/),
      ]);
      const field = {
        field: 'City=city',
        base: { fo: 'Rome', dataverse: 'Rome' },
        fo: 'Oslo',
        dataverse: 'Lima',
      };
      const changed = { fo: { nativeId: 'usmf|1', at: null, by: null }, dataverse: null };
      const pair = { pairId: 'p', key: 'usmf/1', parks: [], isHeld: false, changed };
      answer = { status: 200, body: { pairs: [{ ...pair, fields: [{ ...field, standing: 'conflict' }] }] } };
      const conflict = await dw(['conflict', 'm', 'usmf/1', '--stack', stack]);
      expect([conflict.code, conflict.out]).toEqual([
        0,
        expect.stringMatching(/City=city +Rome +Rome +Oslo +Lima +conflict/),
      ]);
      expect(asked.map(({ url }) => url)).toEqual(['/api/v1/parked', '/api/v1/maps/m/conflicts/usmf%2F1']);
    });

    it.each([
      [
        ['preview', 'm', '--from', '2026-11-20T01:00:00+01:00'],
        { map: 'm', from: '2026-11-20T00:00:00.000Z', preview: true },
        1,
      ],
      [
        ['run', 'm', '--offset', 'dw.fo.T.observations/2:17', '--read'],
        { map: 'm', offsets: { 'dw.fo.T.observations/2': '17' }, read: true },
        0,
      ],
      [['run', 'm', 'usmf/1', '--rate', '9'], { map: 'm', rows: ['usmf/1'], ratePerSecond: 9 }, 0],
      [['run', 'm', '--keys', '-'], { map: 'm', rows: ['usmf/1', 'usmf/2'] }, 0],
    ])(
      'when a replay is asked for, %j, then the console is told which rows; a preview that finds any ends with 1',
      async (args, body, exit) => {
        const operation = {
          id: 'i',
          kind: 'replay',
          map: 'm',
          asked: {},
          text: null,
          state: 'done',
          total: 2,
          done: 2,
        };
        answer = {
          status: 200,
          body: { ...operation, outcomes: { differs: 1, unchanged: 1 }, ratePerSecond: 5 },
        };
        const { code } = await dw(['replay', ...args, '--stack', stack], 'usmf/1\n\nusmf/2\n');
        expect([code, asked[0]?.body]).toEqual([exit, body]);
      },
    );

    it('when a replay does not say which rows, or says it twice, then it is wrong usage', async () => {
      expect((await dw(['replay', 'run', 'm', '--stack', stack])).code).toBe(2);
      expect((await dw(['replay', 'run', 'm', 'r', '--from', '2026-01-01', '--stack', stack])).code).toBe(2);
      expect((await dw(['replay', 'run', 'm', '--offset', 'x', '--stack', stack])).code).toBe(2);
    });

    it('when a company is added, or all are to be served, then that is asked for, and the answer says which are', async () => {
      answer = { status: 200, body: { name: 'm', companies: { except: ['dat'] }, confirmed: true } };
      const { code, out } = await dw(['map', 'company', 'add', 'm', 'usmf', '--stack', stack]);
      expect([code, out]).toEqual([0, 'm serves all companies except dat\n']);
      await dw(['map', 'company', 'only', 'm', '--stack', stack]);
      expect(asked.map(({ url, body }) => [url, body])).toEqual([
        ['/api/v1/maps/m:companies', { add: ['usmf'] }],
        ['/api/v1/maps/m:companies', { only: 'all' }],
      ]);
    });

    it('when windows and rules are set, shown and removed, then each is one request, and the answer is shown', async () => {
      const window = {
        name: 'w',
        maps: null,
        cron: '0 22 * * 5',
        timezone: 'UTC',
        minutes: 120,
        mode: 'hold',
      };
      answer = {
        status: 200,
        body: { windows: [{ ...window, opensAt: '2026-01-01T00:00:00Z', openSince: null }] },
      };
      const set = ['window', 'set', 'w', '--cron', '0 22 * * 5', '--minutes', '120', '--mode', 'hold'];
      const { code, out } = await dw([...set, '--stack', stack]);
      expect([code, out]).toEqual([
        0,
        expect.stringMatching(/w +all +0 22 \* \* 5 UTC +120 +hold +2026-01-01/),
      ]);
      answer = {
        status: 200,
        body: { rules: [{ name: 'r', maps: ['a'], parkedCount: 9, withinSeconds: 60 }] },
      };
      await dw(['rule', 'set', 'r', '--parked', '9', '--within', '60', '--map', 'a', '--stack', stack]);
      await dw(['rule', 'remove', 'r', '--stack', stack]);
      expect(asked.map(({ method, url, body }) => [method, url, body])).toEqual([
        ['PUT', '/api/v1/windows/w', { cron: '0 22 * * 5', minutes: 120, mode: 'hold', maps: null }],
        ['PUT', '/api/v1/rules/r', { maps: ['a'], parkedCount: 9, withinSeconds: 60 }],
        ['DELETE', '/api/v1/rules/r', undefined],
      ]);
      expect((await dw(['rule', 'set', 'r', '--parked', 'x', '--within', '60', '--stack', stack])).code).toBe(
        2,
      );
    });

    it('when all maps are meant, then those that the act fits are named; a name or --all is needed', async () => {
      const maps = [
        { name: 'a', desired: 'running', state: 'running', confirmed: true },
        { name: 'b', desired: 'paused', state: 'paused', confirmed: true },
      ];
      answer = { status: 200, body: { maps } };
      expect((await dw(['map', 'resume', '--all', '--stack', stack])).code).toBe(0);
      expect(asked.map(({ body }) => body)).toEqual([undefined, { names: ['b'] }]);
      expect((await dw(['map', 'resume', '--stack', stack])).code).toBe(2);
    });

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

  it('shadow: a grace goes along; the report shows both values, and ends with 1 while anything differs', async () => {
    answer = { status: 200, body: { maps: [{ name: 'groups', state: 'shadow', confirmed: true }] } };
    expect(await dw(['map', 'shadow', 'groups', '--grace', '90s', '--stack', stack])).toMatchObject({
      code: 0,
    });
    expect(asked[0]).toMatchObject({
      url: '/api/v1/maps:shadow',
      body: { names: ['groups'], graceMs: 90_000 },
    });
    expect(await dw(['map', 'shadow', 'groups', '--grace', 'long', '--stack', stack])).toMatchObject({
      code: 2,
    });
    const report = {
      ...{ map: 'groups', state: 'shadow', nextBefore: null },
      counts: [{ side: 'fo', outcome: 'different', count: 1 }],
      fields: [{ side: 'fo', outcome: 'different', field: 'Name=name', count: 1 }],
      wouldWrite: [{ side: 'fo', kind: 'update', count: 1 }],
      findings: [
        {
          ...{ key: 'usmf/10', side: 'fo', kind: 'update', outcome: 'different', foundAt: '2026-01-01' },
          rows: { fo: 'usmf|10', dataverse: 'x' },
          fields: [{ field: 'Name=name', ours: 'A', theirs: null }],
        },
      ],
    };
    answer = { status: 200, body: report };
    const shown = await dw(['shadow', 'report', 'groups', '--stack', stack]);
    expect(shown.code).toBe(1);
    expect(shown.out).toContain('A cutover at this moment would write: 1 updates in fo.');
    expect(shown.out).toMatch(/usmf\/10 +different +update in fo +Name=name +A +\(empty\)/);
    answer = { status: 200, body: { ...report, counts: [], fields: [], wouldWrite: [], findings: [] } };
    expect(await dw(['shadow', 'report', 'groups', '--json', '--stack', stack])).toMatchObject({ code: 0 });
  });

  it('deletes: shows what is held and ends with 1; a release names the number, a limit its window', async () => {
    const held = {
      ...{ map: 'groups', areHeld: true, reason: 'too many', heldAt: '2026-01-01', deletedCount: 3 },
      ...{ countMax: 3, limit: { windowMs: 3_600_000 }, heldCount: 1 },
      samples: [{ key: 'usmf/10', pairId: 'p', side: 'fo' }],
    };
    answer = { status: 200, body: held };
    const shown = await dw(['deletes', 'show', 'groups', '--stack', stack]);
    expect(shown).toMatchObject({ code: 1 });
    expect(shown.out).toContain('dw deletes release groups --count 1');
    answer = { status: 200, body: { id: 'op-1', total: 1 } };
    await dw(['deletes', 'release', 'groups', '--count', '1', '--reason', 'year end', '--stack', stack]);
    expect(asked.at(-1)).toMatchObject({
      url: '/api/v1/maps/groups/deletes:release',
      body: { count: 1, reason: 'year end' },
    });
    expect(await dw(['deletes', 'release', 'groups', '--count', 'all', '--stack', stack])).toMatchObject({
      code: 2,
    });
    answer = { status: 200, body: { name: 'groups', deleteLimit: { countMax: 5 }, confirmed: true } };
    const limit = ['deletes', 'limit', 'groups', '--count', '5', '--window', '15m', '--stack', stack];
    expect(await dw(limit)).toMatchObject({ code: 0 });
    expect(asked.at(-1)).toMatchObject({ method: 'PUT', body: { countMax: 5, windowMs: 900_000 } });
  });

  it('rolling: shows the last full round and what stands, and ends with 1; a budget is set or given back', async () => {
    const view = {
      ...{ map: 'groups', rowsPerMinute: 600, isOwn: false, differenceCount: 1, unexplainedCount: 1 },
      ...{ round: { side: 'fo', rowCount: 5 }, lastRound: { endedAt: '2026-01-01', rowCount: 20 } },
    };
    answer = { status: 200, body: { maps: [view] } };
    const all = await dw(['rolling', 'show', '--stack', stack]);
    expect(all).toMatchObject({ code: 1 });
    expect(all.out).toMatch(/groups +600 +5 rows, at fo +2026-01-01 \(20 rows\) +1 +1/);
    const rows = { fo: 'usmf|10', dataverse: null };
    const one = { kind: 'missing', key: 'usmf/10', rows, aside: null, confirmedAt: '2026-01-01' };
    answer = { status: 200, body: { ...view, differences: [one] } };
    expect((await dw(['rolling', 'show', 'groups', '--stack', stack])).out).toMatch(/missing +usmf\/10/);
    answer = { status: 200, body: { ...view, differenceCount: 0 } };
    expect(await dw(['rolling', 'set', 'groups', '--rate', 'usual', '--stack', stack])).toMatchObject({
      code: 0,
    });
    expect(asked.at(-1)).toMatchObject({
      url: '/api/v1/maps/groups/rolling-verify',
      body: { rowsPerMinute: null },
    });
    expect(await dw(['rolling', 'set', 'groups', '--rate', 'fast', '--stack', stack])).toMatchObject({
      code: 2,
    });
  });

  it('map direction: of a map, or of a company alone', async () => {
    answer = {
      status: 200,
      body: { name: 'groups', directions: { companies: { usmf: 'to-fo' } }, confirmed: true },
    };
    const shown = await dw(['map', 'direction', 'groups', 'to-fo', '--company', 'usmf', '--stack', stack]);
    expect(asked[0]).toMatchObject({
      url: '/api/v1/maps/groups:direction',
      body: { direction: 'to-fo', company: 'usmf' },
    });
    expect(shown).toMatchObject({ code: 0, out: 'groups writes: both, usmf to-fo\n' });
    expect(await dw(['map', 'direction', 'groups', 'up', '--stack', stack])).toMatchObject({ code: 2 });
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

  describe('provision', () => {
    const item = {
      side: 'dataverse',
      kind: 'column',
      where: 'account.msdyn_creditrating',
      what: 'make the text of 255 characters',
      state: 'missing',
      isOurs: true,
      remedy: null,
    };

    const provision = async (act: string): Promise<[number, unknown]> => {
      const { code, out } = await dw(['provision', act, '--json', '--stack', stack]);
      return [code, (JSON.parse(out) as { ok: unknown }).ok];
    };

    it('given differences, when it is planned, then they are findings; what cannot be seen is none', async () => {
      answer = { status: 200, body: { items: [item] } };
      expect(await provision('plan')).toEqual([1, false]);
      answer = { status: 200, body: { items: [{ ...item, state: 'unconfirmed' }] } };
      expect(await provision('verify')).toEqual([0, true]);
    });

    it('given something that only a person can mend, when it is applied, then it is partly done', async () => {
      answer = {
        status: 200,
        body: { applied: [], items: [{ ...item, isOurs: false, remedy: 'Mend it.' }] },
      };
      expect(await provision('apply')).toEqual([8, false]);
    });

    it('given files of a solution, then they are packed as they are; what only a person can add makes it partly done', async () => {
      const files = [{ name: 'solution.xml', text: '<a>ü</a>' }];
      const counts = { tables: 1, standardTables: 1, columns: 2, lookups: 3, keys: 4 };
      const to = path.join(folder, 'solution.zip');
      const solution = async (...args: string[]): Promise<[number, unknown]> => {
        const { code, out } = await dw(['provision', 'solution', '--json', '--stack', stack, ...args]);
        return [code, out === '' ? null : JSON.parse(out)];
      };
      answer = { status: 200, body: { files, counts, leftOut: [item] } };
      expect(await solution('--to', to)).toEqual([0, { ok: true, file: to, counts, leftOut: [item] }]);
      expect(asked.map(({ url, body }) => [url, body])).toEqual([['/api/v1/provision:solution', {}]]);
      const { readArchive } = await import('@dualwrite/archive');
      const packed = readArchive(await readFile(to), { entryCountMax: 1, unpackedBytesMax: 100 });
      expect([...packed].map(([name, content]) => [name, content.toString()])).toEqual([
        ['solution.xml', '<a>ü</a>'],
      ]);
      answer = { status: 200, body: { files, counts, leftOut: [{ ...item, isOurs: false }] } };
      expect((await solution('--to', to))[0]).toBe(8);
      expect((await solution())[0]).toBe(2);
      expect((await solution('--to', path.join(folder, 'none', 'x.zip')))[0]).toBe(2);
    });
  });
});
