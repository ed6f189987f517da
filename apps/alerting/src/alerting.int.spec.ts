import { randomUUID } from 'node:crypto';
import { encodeMessage, Names, type JournalEntry } from '@dualwrite/events';
import { KafkaLink } from '@dualwrite/kafka';
import { checkSettings, type RunningService } from '@dualwrite/service';
import { configureLog } from '@dualwrite/telemetry';
import { DataSource } from 'typeorm';
import { alertingSettings } from './settings';
import { startAlerting } from './start-alerting';

const TOKEN = 'test-token';
const ENTRY_COUNT = 2_000;

describe('alerting on Kafka and Postgres', () => {
  const prefix = `t${randomUUID().slice(0, 8)}`;
  const names = new Names(prefix);
  const brokers = (process.env['KAFKA_BROKERS'] ?? '').split(',');
  const databaseName = `alerting_${prefix}`;
  const link = new KafkaLink({ brokers, clientId: 'test' });
  let service: RunningService;
  let admin: DataSource;

  beforeAll(async () => {
    configureLog({ level: 'silent' });
    // The line that tells starters where a service listens.
    jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    admin = await new DataSource({ type: 'postgres', url: process.env['DATABASE_URL'] }).initialize();
    await admin.query(`CREATE DATABASE ${databaseName}`);
    const database = new URL(process.env['DATABASE_URL'] ?? '');
    database.pathname = `/${databaseName}`;
    const settings = {
      DATABASE_URL: database.href,
      TOPIC_PREFIX: prefix,
      API_TOKEN: TOKEN,
      LOG_LEVEL: 'silent',
    };
    service = await startAlerting(checkSettings(alertingSettings, { ...process.env, ...settings }));
  });
  afterAll(async () => {
    await service.stop();
    await link.close();
    await admin.query(`DROP DATABASE ${databaseName} WITH (FORCE)`);
    await admin.destroy();
  });

  it('given 2,000 entries, one of them broken, when all are delivered twice, then each is stored once', async () => {
    const records = Array.from({ length: ENTRY_COUNT }, (_, index) => {
      const { value, headers } = encodeMessage('journal', anEntry(index));
      return { topic: names.journal, key: `m/p${index}`, value, headers };
    });
    const broken = { topic: names.journal, key: null, value: Buffer.from('{'), headers: {} };
    await link.producer().publish([...records, broken]);
    await link.producer().publish(records);
    await until(async () => (await counts()).reduce((sum, { count }) => sum + count, 0) >= ENTRY_COUNT + 1);
    // All of the second delivery has been handled, too, before the counts are believed.
    await until(async () => {
      const lags = await link.admin.lag(names.serviceGroup('alerting'), [names.journal]);
      return lags.every(({ lagCount }) => lagCount === 0);
    });
    expect(await counts()).toEqual([
      { map: null, event: 'undecodable', severity: 'error', count: 1 },
      { map: 'm', event: 'applied', severity: 'info', count: ENTRY_COUNT },
    ]);
    const { events } = await get<{ events: { what: string; traceId: string }[] }>('rows/usmf%2FUS-7');
    expect(events).toMatchObject([
      { what: 'applied', map: 'm', service: 'dataverse-connector', traceId: 't7' },
    ]);
    const { errors } = await get<{ errors: object[] }>('errors');
    expect(errors).toMatchObject([{ what: 'undecodable', code: 'undecodable-message' }]);
  });

  it('given a follower, when an entry comes on Kafka, then it is told of it', async () => {
    const end = new AbortController();
    const response = await fetch(`${service.url}/api/v1/journal/stream?map=followed`, {
      headers: { authorization: `Bearer ${TOKEN}` },
      signal: end.signal,
    });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = (await reader?.read())?.value ?? '';
    const sentAtMs = Date.now();
    const { value, headers } = encodeMessage('journal', { ...anEntry(1), id: 'followed', map: 'followed' });
    await link.producer().publish([{ topic: names.journal, key: 'followed/p', value, headers }]);
    while (!text.includes('"map":"followed"')) text += (await reader?.read())?.value ?? '';
    expect(text).toMatch(/id: \d+\nevent: entry\ndata: /);
    expect(Date.now() - sentAtMs).toBeLessThan(5_000);
    end.abort();
  });

  it('given a wrong filter, when the journal is searched, then it says which and how', async () => {
    const response = await ask('journal?severity=bad&since=now');
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      code: 'invalid-request',
      errors: [{ field: 'severity' }, { field: 'since' }],
    });
  });

  it('given a wrong limit, when errors are asked for, then it says what is wrong', async () => {
    const response = await ask('errors?limit=0');
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ detail: 'limit must be a whole number from 1 to 500' });
  });

  it('given no token, when it is asked, then it refuses', async () => {
    expect((await fetch(`${service.url}/api/v1/errors`)).status).toBe(401);
  });

  async function counts(): Promise<readonly { readonly count: number }[]> {
    return (await get<{ counts: { count: number }[] }>('counts')).counts;
  }
  async function get<T>(path: string): Promise<T> {
    return (await (await ask(path)).json()) as T;
  }
  function ask(path: string): Promise<Response> {
    return fetch(`${service.url}/api/v1/${path}`, { headers: { authorization: `Bearer ${TOKEN}` } });
  }
});

async function until(isDone: () => Promise<boolean>, deadlineMs = 20_000): Promise<void> {
  const endsAt = Date.now() + deadlineMs;
  while (!(await isDone())) {
    if (Date.now() > endsAt) throw new Error(`not within ${deadlineMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function anEntry(index: number): JournalEntry {
  return {
    id: `e${index}`,
    at: '2026-11-23T08:00:00.000Z',
    service: 'dataverse-connector',
    event: 'applied',
    severity: 'info',
    map: 'm',
    mapVersion: 1,
    pairId: `p${index}`,
    side: 'dataverse',
    table: 'account',
    nativeId: `n${index}`,
    rowId: `n${index}`,
    key: `usmf/US-${index}`,
    intent: null,
    code: null,
    text: null,
    fields: [],
    traceId: `t${index}`,
  };
}
