import { encodeMessage, type JournalEntry, type MapRecord, type StatusRecord } from '@dualwrite/events';
import { KafkaLink } from '@dualwrite/kafka';
import { checkSettings, commonTopics, internalClient, type RunningService } from '@dualwrite/service';
import { configureLog } from '@dualwrite/telemetry';
import { Cleanups, eventually, testBroker } from '@dualwrite/testing';
import { Webhook } from 'standardwebhooks';
import { DataSource } from 'typeorm';
import type { AlertView } from './alerts/alert-store';
import type { DeliveryView } from './deliveries/delivery-store';
import { alertingSettings } from './settings';
import { startAlerting } from './start-alerting';
import { anEntry } from './testing/an-entry';
import { mailServer, postReceiver } from './testing/receivers';

const TOKEN = 'test-token';
const HOOK_SECRET = `whsec_${Buffer.from('a secret of the webhook receiver').toString('base64')}`;

describe('alerts, end to end: two replicas, a mail server, a webhook receiver', () => {
  const broker = testBroker();
  const { names } = broker;
  const link = new KafkaLink({ brokers: broker.brokers, clientId: 'test' });
  const cleanups = new Cleanups();
  const services: RunningService[] = [];
  let mail: Awaited<ReturnType<typeof mailServer>>;
  let hook: Awaited<ReturnType<typeof postReceiver>>;
  let consoleApi: Awaited<ReturnType<typeof postReceiver>>;
  let hookStatus = 204;
  let entryCount = 0;
  const start = { replica: (_name: string): Promise<RunningService> => Promise.reject(new Error('not yet')) };

  beforeAll(async () => {
    configureLog({ level: 'silent' });
    // The line that tells starters where a service listens.
    jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    mail = await mailServer();
    hook = await postReceiver(() => ({ status: hookStatus, location: 'http://127.0.0.1:1/elsewhere' }));
    consoleApi = await postReceiver(() => ({ status: 200 }));
    for (const receiver of [mail, hook, consoleApi]) cleanups.add(() => receiver.close());
    const admin = await new DataSource({ type: 'postgres', url: process.env['DATABASE_URL'] }).initialize();
    cleanups.add(() => admin.destroy());
    const databaseName = `alerts_${broker.prefix}`;
    await admin.query(`CREATE DATABASE ${databaseName}`);
    cleanups.add(() => admin.query(`DROP DATABASE ${databaseName} WITH (FORCE)`));
    cleanups.add(() => link.close());
    const database = new URL(process.env['DATABASE_URL'] ?? '');
    database.pathname = `/${databaseName}`;
    start.replica = async (name) => {
      const settings = checkSettings(alertingSettings, {
        KAFKA_BROKERS: broker.brokers.join(','),
        DATABASE_URL: database.href,
        TOPIC_PREFIX: broker.prefix,
        API_TOKEN: TOKEN,
        LOG_LEVEL: 'silent',
        INSTANCE_ID: name,
        SMTP_URL: mail.url,
        SMTP_FROM: 'dualwrite@contoso.com',
        CONSOLE_URL: consoleApi.url,
        ALERT_EVALUATION_INTERVAL_MS: '150',
        ALERT_TARGETS_ALLOWED: '127.0.0.1',
      });
      const service = await startAlerting(settings, { ALERT_SECRET_HOOK: HOOK_SECRET });
      services.push(service);
      cleanups.add(() => service.stop());
      return service;
    };
    await link.ensureTopics(commonTopics(names));
    await publishMap('customers');
    await start.replica('one');
    await start.replica('two');
    await put('channels/mail', { kind: 'email', to: ['ana@contoso.com'] });
    await put('channels/hook', {
      kind: 'webhook',
      url: `${hook.url}/alerts`,
      secretFrom: 'env:ALERT_SECRET_HOOK',
    });
  }, 60_000);
  afterAll(() => cleanups.run());

  it('given a rule that was just made, when rows are refused, then it fires once, and each channel gets one message', async () => {
    await put('subscriptions/ana', { owner: 'ana', channels: ['mail', 'hook'], groupWait: '1s' });
    await put('rules/refused', {
      severity: 'critical',
      when: { kind: 'entries', classes: ['application'], atLeast: 10, within: '1m' },
      action: 'pause-map',
    });
    await refuse('customers', 9);
    await refuse('vendors', 12);
    await refuse('customers', 3);
    await eventually(() => mail.mails.length >= 1 && hook.posts.length >= 1);
    // Two maps, one message: the first waited for the other.
    const [received] = mail.mails;
    expect(received).toMatchObject({ to: ['ana@contoso.com'], user: 'alerts pass' });
    expect(received?.source).toContain('Subject: Dualwrite: 2 firing');
    expect(received?.source).toContain('FIRING refused (map customers): 12 entries within 60 s (limit 10)');
    const post = hook.posts[0];
    const signed = new Webhook(HOOK_SECRET).verify(post?.body ?? '', post?.headers ?? {});
    expect(signed).toMatchObject({
      type: 'alerts.fired',
      data: { alerts: [{ rule: 'refused', severity: 'critical' }, { rule: 'refused' }] },
    });
    expect((await alerts()).map(({ map, state }) => [map, state]).sort()).toEqual([
      ['customers', 'firing'],
      ['vendors', 'firing'],
    ]);
  });

  it('then both maps were paused by the console, once each, and the journal tells of both', async () => {
    await eventually(() => consoleApi.posts.length >= 2);
    const asked = consoleApi.posts.map(({ path, body }) => [
      path,
      (JSON.parse(body) as { names: string[] }).names,
    ]);
    expect(asked.sort()).toEqual([
      ['/api/v1/maps:pause', ['customers']],
      ['/api/v1/maps:pause', ['vendors']],
    ]);
    const { entries } = await get<{ entries: { map: string }[] }>('journal?event=alert-fired');
    expect(entries.map(({ map }) => map).sort()).toEqual(['customers', 'vendors']);
  });

  it('given an alert that is muted, then it is not told again while one that is not is; when the rule goes, both are over', async () => {
    const [muted] = (await alerts()).filter(({ map }) => map === 'vendors');
    await post(`alerts/${muted?.id}:mute`, { for: '1h', reason: 'known' });
    await put('subscriptions/ana', { owner: 'ana', channels: ['mail'], groupWait: '0s', repeatEvery: '1s' });
    await eventually(() => mail.mails.length >= 3);
    const repeated = mail.mails.slice(1).map(({ source }) => source);
    expect(repeated.every((source) => source.includes('STILL FIRING refused (map customers)'))).toBe(true);
    expect(repeated.some((source) => source.includes('vendors'))).toBe(false);
    await put('subscriptions/ana', { owner: 'ana', channels: ['mail'], groupWait: '0s' });
    await remove(`rules/refused`);
    await eventually(() =>
      mail.mails.some(({ source }) => source.includes('RESOLVED refused (map customers)')),
    );
    expect(await alerts()).toEqual([]);
    expect(mail.mails.some(({ source }) => source.includes('RESOLVED refused (map vendors)'))).toBe(false);
    await post(`alerts/${muted?.id}:unmute`, {});
    // The one that was muted is told to be over once it may be.
    await eventually(() =>
      mail.mails.some(({ source }) => source.includes('RESOLVED refused (map vendors)')),
    );
  });

  it('given a map that falls behind, when it has caught up, then the alert is over by itself', async () => {
    mail.mails.length = 0;
    await put('rules/late', { when: { kind: 'lag', above: '5m' }, maps: ['cust*'] });
    await say(400_000);
    await eventually(() => mail.mails.some(({ source }) => source.includes('FIRING late (map customers)')));
    await say(0);
    await eventually(() => mail.mails.some(({ source }) => source.includes('RESOLVED late (map customers)')));
    expect(mail.mails).toHaveLength(2);
    const { firedCount } = await post<{ firedCount: number }>('rules:backtest', {
      rule: 'refused-again',
      days: 1,
    }).catch(() => ({ firedCount: -1 }));
    expect(firedCount).toBe(-1);
    const spec = { when: { kind: 'entries', classes: ['application'], atLeast: 10, within: '5m' } };
    const tried = await post<{ firedCount: number; alerts: { map: string }[] }>('rules:backtest', {
      spec,
      days: 1,
    });
    expect(tried.firedCount).toBeLessThanOrEqual(2);
    await remove('rules/late');
  });

  it('given a receiver that is down and a mail server that refuses for now, then both get it when they are back, once', async () => {
    mail.mails.length = 0;
    hook.posts.length = 0;
    hookStatus = 503;
    mail.refuseCount = 1;
    await put('subscriptions/ana', { owner: 'ana', channels: ['mail', 'hook'], groupWait: '0s' });
    await put('rules/again', {
      when: { kind: 'entries', classes: ['application'], atLeast: 1, within: '10m' },
    });
    await eventually(() => hook.posts.length >= 1);
    hookStatus = 204;
    // The replica that looks and the one that delivers may be killed at any time: another goes on.
    await services[0]?.stop();
    await eventually(() => mail.mails.length >= 1 && hook.posts.length >= 2, { deadlineMs: 30_000 });
    const sent = await eventually(async () => {
      const { deliveries } = await get<{ deliveries: DeliveryView[] }>('alerting/deliveries');
      const ours = deliveries.filter(({ payload }) => JSON.stringify(payload).includes('"again"'));
      return ours.every(({ state }) => state === 'sent') && ours;
    });
    expect(sent.map(({ channel, attempts }) => [channel, attempts]).sort()).toEqual([
      ['hook', 2],
      ['mail', 2],
    ]);
    expect(new Set(hook.posts.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(mail.mails).toHaveLength(1);
  }, 60_000);

  it('given a test of a channel, then it is sent at once, or told why it was not', async () => {
    mail.mails.length = 0;
    expect(await post('channels/mail:test', {})).toMatchObject({ isSent: true });
    expect(mail.mails[0]?.source).toContain('This is a test; nothing is wrong.');
    const inside = { kind: 'slack', url: 'http://10.0.0.1/hook' };
    await put('channels/inside', inside);
    expect(await post('channels/inside:test', {})).toMatchObject({
      isSent: false,
      answer: expect.stringContaining('not public'),
    });
    hookStatus = 302;
    await put('channels/moved', { kind: 'teams', url: hook.url });
    expect(await post('channels/moved:test', {})).toMatchObject({ isSent: false, answer: '302' });
  });

  it.each([
    ['PUT', 'rules/bad', { when: { kind: 'lag' } }, 400],
    ['PUT', 'rules/Bad Name', { when: { kind: 'lag', above: '5m' } }, 400],
    ['PUT', 'moons/one', {}, 404],
    ['PUT', 'subscriptions/ben', { owner: 'ben', channels: ['none'] }, 422],
    [
      'PUT',
      'channels/leak',
      { kind: 'webhook', url: 'https://x.example', secretFrom: 'env:DATABASE_URL' },
      400,
    ],
    ['DELETE', 'channels/mail', undefined, 409],
    ['DELETE', 'rules/none', undefined, 404],
    ['POST', 'rules:backtest', { days: 90 }, 400],
  ])(
    'given %s %s with %j, then the answer is a problem with status %i',
    async (method, path, body, status) => {
      const response = await fetch(`${latest().url}/api/v1/alerting/${path}`, {
        method,
        headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      expect(response.status).toBe(status);
      expect(response.headers.get('content-type')).toContain('application/problem+json');
      expect(Object.keys((await response.json()) as object)).toEqual(
        expect.arrayContaining(['code', 'status']),
      );
    },
  );

  it('given no token, then it refuses', async () => {
    expect((await fetch(`${latest().url}/api/v1/alerting/alerts`)).status).toBe(401);
  });

  function latest(): RunningService {
    const service = services.at(-1);
    if (service === undefined) throw new Error('no replica was started');
    return service;
  }
  function get<T>(path: string): Promise<T> {
    return internalClient(latest().url, TOKEN).request<T>(`/api/v1/${path}`);
  }
  async function alerts(): Promise<readonly AlertView[]> {
    return (await get<{ alerts: AlertView[] }>('alerting/alerts')).alerts;
  }
  function put(path: string, body: object): Promise<unknown> {
    return internalClient(latest().url, TOKEN).request(`/api/v1/alerting/${path}`, { method: 'PUT', body });
  }
  function post<T>(path: string, body: object): Promise<T> {
    return internalClient(latest().url, TOKEN).request<T>(`/api/v1/alerting/${path}`, {
      method: 'POST',
      body,
    });
  }
  function remove(path: string): Promise<unknown> {
    return internalClient(latest().url, TOKEN).request(`/api/v1/alerting/${path}`, { method: 'DELETE' });
  }
  async function refuse(map: string, count: number): Promise<void> {
    const records = Array.from({ length: count }, () => {
      entryCount += 1;
      const entry: JournalEntry = anEntry({
        id: `refused ${entryCount}`,
        map,
        event: 'rejected',
        severity: 'error',
        code: '0x80040217',
        at: new Date().toISOString(),
      });
      return { topic: names.journal, key: `${map}/p`, ...encodeMessage('journal', entry) };
    });
    await link.producer().publish(records);
  }
  async function publishMap(name: string): Promise<void> {
    const at = new Date().toISOString();
    const record: MapRecord = {
      ...{ name, version: 1, desired: 'running', runEpoch: 1, baseline: 1, changedAt: at },
      definition: { metadata: { name, labels: { pack: 'sales' } }, spec: { company: { fo: 'dataAreaId' } } },
    };
    await link.producer().publish([{ topic: names.maps, key: name, ...encodeMessage('map', record) }]);
  }
  async function say(lagMs: number): Promise<void> {
    const at = new Date().toISOString();
    const replica = { service: 'mapper', instance: 'a', health: 'healthy' as const, at };
    const records: StatusRecord[] = [
      { kind: 'service', state: 'up', ...replica },
      {
        ...{ kind: 'map', map: 'customers', state: 'running', confirmedRunEpoch: 1, lagCount: 0, lagMs },
        ...replica,
      },
    ];
    await link.producer().publish(
      records.map((record) => ({
        topic: names.status,
        key: `${record.kind}/mapper/a`,
        ...encodeMessage('status', record),
      })),
    );
  }
});
