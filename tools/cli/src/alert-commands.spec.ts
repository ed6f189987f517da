import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { runProgram } from './program';

const FILE = `apiVersion: dualwrite.io/v1
kind: AlertSubscription
metadata: { name: ana }
spec: { owner: ana, channels: [mail] }
---
apiVersion: dualwrite.io/v1
kind: AlertChannel
metadata: { name: mail }
spec: { kind: email, to: [ana@contoso.com] }
`;
const ALERT = {
  id: 'a1',
  rule: 'lag',
  map: 'customers',
  company: null,
  service: null,
  severity: 'warning',
  since: '2026-11-23T08:00:00.000Z',
  text: '6 min (limit 5 min)',
  told: [{ subscription: 'ana', told: 'fired' }],
};

describe('dw alert', () => {
  const asked: string[] = [];
  let answer: { status: number; body: unknown } = { status: 200, body: {} };
  let server: Server;
  let url: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      void text(request).then((body) => {
        asked.push(`${request.method} ${request.url?.replace('/api/v1/alerting/', '')} ${body}`.trimEnd());
        response
          .writeHead(answer.status, { 'content-type': 'application/json' })
          .end(JSON.stringify(answer.body));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  beforeEach(() => {
    asked.length = 0;
    answer = { status: 200, body: {} };
  });

  it.each([
    ['firing', 1],
    ['pending', 0],
  ])('given an alert that is %s, when alerts are listed, then the code is %i', async (state, code) => {
    answer.body = { alerts: [{ ...ALERT, state }] };
    const run = await dw(['list']);
    expect(run.code).toBe(code);
    expect(run.out).toContain('customers');
    expect(run.out).toContain('ana fired');
  });

  it('given a file, when it is applied, then what others name comes first', async () => {
    answer.body = { action: 'created' };
    const { code, out } = await dw(['apply', '-f', '-'], FILE);
    expect([code, out]).toEqual([0, 'channels/mail created\nsubscriptions/ana created\n']);
    expect(asked).toEqual([
      'PUT channels/mail {"kind":"email","to":["ana@contoso.com"]}',
      'PUT subscriptions/ana {"owner":"ana","channels":["mail"]}',
    ]);
  });

  it('given a wrong spec, then the problem of the API is told with its document', async () => {
    answer = { status: 400, body: { title: 'Bad Request', code: 'invalid-request', errors: [] } };
    const { code, err } = await dw(['apply', '-f', '-'], FILE);
    expect(code).toBe(2);
    expect(err).toContain('channels/mail');
  });

  it.each([
    ['kind: AlertRule', 'apiVersion'],
    ['apiVersion: dualwrite.io/v1\nkind: Moon', 'kind'],
    ['apiVersion: dualwrite.io/v1\nkind: AlertRule\nspec: {}', 'metadata.name'],
    ['a: [', 'yaml-syntax'],
  ])('given the file %j, then nothing is sent and it says where it is wrong', async (file, place) => {
    const { code, err } = await dw(['apply', '-f', '-'], file);
    expect(code).toBe(2);
    expect(err).toContain(place);
    expect(asked).toEqual([]);
  });

  it.each([
    [['mute', 'a1', '--for', '2h'], 'POST alerts/a1:mute {"for":"2h"}'],
    [
      [
        'subscribe',
        'ana',
        '--owner',
        'ana',
        '--channel',
        'mail,hook',
        '--map',
        'cust*',
        '--repeat-every',
        '4h',
      ],
      'PUT subscriptions/ana {"owner":"ana","channels":["mail","hook"],"maps":["cust*"],"repeatEvery":"4h"}',
    ],
    [
      ['quiet', 'nights', '--cron', '0 22 * * *', '--for', '8h', '--except-critical'],
      'PUT quiet-periods/nights {"cron":"0 22 * * *","for":"8h","exceptSeverity":"critical"}',
    ],
    [['delete', 'rules', 'lag'], 'DELETE rules/lag'],
    [['backtest', 'lag', '--days', '3'], 'POST rules:backtest {"rule":"lag","days":3}'],
  ])('given %j, then the API is asked for just that', async (args, request) => {
    answer.body = { name: 'x', spec: { until: '' }, action: 'created', days: 3, firedCount: 0, alerts: [] };
    expect((await dw(args)).code).toBe(0);
    expect(asked).toEqual([request]);
  });

  it('given a quiet period from now on, then the API is told when it ends', async () => {
    answer.body = { action: 'created' };
    expect((await dw(['quiet', 'upgrade', '--for', '2h', '--maintenance'])).code).toBe(0);
    const [, until] = /"until":"([^"]+)"/.exec(asked[0] ?? '') ?? [];
    const inMs = Date.parse(until ?? '') - Date.now();
    expect(inMs).toBeGreaterThan(7_000_000);
    expect(inMs).toBeLessThanOrEqual(7_200_000);
    expect(asked[0]).toContain('"kind":"maintenance"');
    expect((await dw(['quiet', 'upgrade', '--for', 'two hours'])).code).toBe(2);
  });

  it('given a test that does not arrive, then the code is 9 and the reason is told', async () => {
    answer.body = { isSent: false, answer: '503 down' };
    const { code, out } = await dw(['test', 'hook']);
    expect([code, out]).toEqual([9, 'Not sent: 503 down\n']);
  });

  it('given what is set up, when it is exported, then it can be applied again', async () => {
    answer.body = { items: [{ kind: 'rules', name: 'lag', version: 1, changedAt: '', spec: { when: {} } }] };
    const { out } = await dw(['export']);
    asked.length = 0;
    expect((await dw(['apply', '-f', '-'], out)).code).toBe(0);
    expect(asked).toHaveLength(4);
    expect(asked).toContain('PUT rules/lag {"when":{}}');
  });

  async function dw(
    args: readonly string[],
    input = '',
  ): Promise<{ code: number; out: string; err: string }> {
    let out = '';
    let err = '';
    const code = await runProgram(['alert', ...args, '--url', url, '--token', 't'], {
      streams: { out: (data) => (out += data), err: (data) => (err += data) },
      environment: {},
      readInput: () => Promise.resolve(input),
    });
    return { code, out, err };
  }
});
