import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  decodeMessage,
  encodeMessage,
  Names,
  type MapRecord,
  type MapStatus,
  type StatusRecord,
} from '@dualwrite/events';
import { KafkaLink } from '@dualwrite/kafka';
import type { TableSchemaJson } from '@dualwrite/schemas';
import { checkSettings, type RunningService } from '@dualwrite/service';
import { configureLog } from '@dualwrite/telemetry';
import { DataSource } from 'typeorm';
import { consoleSettings } from './settings';
import { startConsole } from './start-console';

const TOKEN = 'test-token';
const EXECUTORS = ['mapper', 'fo-connector', 'dataverse-connector'];
const SCHEMAS: Readonly<Record<string, TableSchemaJson>> = {
  Units: aSchema('fo', 'Units', ['UnitId', 'UnitName'], ['UnitId']),
  unit: aSchema('dataverse', 'unit', ['unitid', 'code', 'name'], ['unitid']),
};

/** What alerting and the mapper say. */
const ANSWERS: Readonly<Record<string, object>> = {
  'GET /api/v1/rows/usmf%2FUS-001': { events: [{ what: 'applied' }] },
  'GET /maps/units/parked?limit=5': { parked: [{ key: 'KG', parks: [{ reason: 'conflict' }] }] },
  'POST /maps/units/release': { rows: [{ row: 'KG', pairs: [{ verdict: 'written-fo', parks: [] }] }] },
};

describe('console on Kafka and Postgres', () => {
  const prefix = `t${randomUUID().slice(0, 8)}`;
  const names = new Names(prefix);
  const brokers = (process.env['KAFKA_BROKERS'] ?? '').split(',');
  const databaseName = `console_${prefix}`;
  const link = new KafkaLink({ brokers, clientId: 'test' });
  const records: MapRecord[] = [];
  let others: Server;
  let service: RunningService;
  let admin: DataSource;

  beforeAll(async () => {
    configureLog({ level: 'silent' });
    // The line that tells starters where a service listens.
    jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    others = createServer((request, response) => {
      if (request.url === '/api/v1/journal/stream?map=units') {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.end(`id: 7\ndata: after ${request.headers['last-event-id']}\n\n`);
        return;
      }
      const schema = SCHEMAS[request.url?.replace('/schema/', '') ?? ''];
      const answer = ANSWERS[`${request.method} ${request.url?.replace(/[?]$/, '')}`];
      const body = request.url?.startsWith('/waits?')
        ? { waits: [], asked: request.url }
        : (answer ?? schema);
      const isAllowed = request.headers.authorization === `Bearer ${TOKEN}`;
      response.writeHead(!isAllowed ? 401 : body ? 200 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body ?? {}));
    });
    await new Promise<void>((resolve) => others.listen(0, '127.0.0.1', resolve));
    const othersUrl = `http://127.0.0.1:${(others.address() as AddressInfo).port}`;
    admin = await new DataSource({ type: 'postgres', url: process.env['DATABASE_URL'] }).initialize();
    await admin.query(`CREATE DATABASE ${databaseName}`);
    const database = new URL(process.env['DATABASE_URL'] ?? '');
    database.pathname = `/${databaseName}`;
    const settings = {
      DATABASE_URL: database.href,
      TOPIC_PREFIX: prefix,
      API_TOKEN: TOKEN,
      LOG_LEVEL: 'silent',
      FO_CONNECTOR_URL: othersUrl,
      DATAVERSE_CONNECTOR_URL: othersUrl,
      ALERTING_URL: othersUrl,
      MAPPER_URL: othersUrl,
      INITIAL_SYNC_URL: othersUrl,
    };
    service = await startConsole(checkSettings(consoleSettings, { ...process.env, ...settings }));
    await link.readCompacted({
      topic: names.maps,
      groupPrefix: `${prefix}.test`,
      onRecord: (record) => records.push(decodeMessage(record, 'map').message),
    });
  });
  afterAll(async () => {
    await service.stop();
    await link.close();
    await new Promise((resolve) => others.close(resolve));
    await admin.query(`DROP DATABASE ${databaseName} WITH (FORCE)`);
    await admin.destroy();
  });

  it('given a new map, when it is applied, then it is a draft on dw.maps with the facts of both schemas', async () => {
    const answer = await post('maps:apply', { files: [aFile('units', 'name')] });
    expect(answer).toEqual({
      status: 200,
      body: { maps: [{ name: 'units', version: 1, action: 'created' }] },
    });
    await until(() => records.length === 1);
    expect(records[0]).toMatchObject({
      name: 'units',
      version: 1,
      desired: 'draft',
      runEpoch: 0,
      baseline: 0,
    });
    expect(records[0]?.definition).toMatchObject({
      resolved: { dataverse: { table: 'unit', key: ['unitid'] } },
    });
  });

  it('given the same map, when it is applied again, then nothing changes; when it differs, then it is version 2', async () => {
    const same = await post('maps:apply', { files: [aFile('units', 'name')] });
    expect(same.body).toEqual({ maps: [{ name: 'units', version: 1, action: 'unchanged' }] });
    const { status } = await post('maps:apply', {
      documents: [aDocument('units', 'name', 'dataverse-wins')],
    });
    expect(status).toBe(200);
    await until(() => records.at(-1)?.version === 2);
    expect(records.map((record) => record.version)).toEqual([1, 2]);
  });

  it('given one wrong map among two, when they are applied, then all findings come with their place, and nothing is stored', async () => {
    const { status, body } = await post('maps:apply', {
      files: [aFile('fresh', 'name'), aFile('wrong', 'nmae')],
    });
    expect(status).toBe(422);
    expect(body).toMatchObject({
      code: 'definition-invalid',
      errors: [{ file: 'wrong.yaml', code: 'unknown-column' }],
    });
    expect((body as { errors: { line: number }[] }).errors[0]?.line).toBeGreaterThan(0);
    expect((await get('maps/fresh')).status).toBe(404);
  });

  it('given files, when they are checked, then each has its findings, and nothing is stored', async () => {
    const { status, body } = await post('maps:check', {
      files: [aFile('fresh', 'name'), aFile('wrong', 'nmae'), { name: 'no.yaml', text: 'a: [' }],
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      maps: [
        { name: 'fresh', file: 'fresh.yaml', findings: [] },
        { name: 'wrong', file: 'wrong.yaml', findings: [{ code: 'unknown-column', severity: 'error' }] },
        { name: null, file: 'no.yaml', findings: [{ code: 'yaml-syntax' }] },
      ],
    });
    expect((await get('maps/fresh')).status).toBe(404);
  });

  it('when it is asked what rows wait for, then the mapper is, with the same question', async () => {
    expect(await get('waits?map=units&limit=5')).toEqual({
      status: 200,
      body: { waits: [], asked: '/waits?map=units&limit=5' },
    });
  });

  describe('given replicas of all services', () => {
    it('when a map is started, then the answer waits until each has taken the new run over', async () => {
      for (const executor of EXECUTORS) await say(alive(executor));
      const starting = post('maps/units:start', {});
      await until(() => records.at(-1)?.desired === 'running');
      expect(records.at(-1)).toMatchObject({ runEpoch: 1, baseline: 1, version: 2 });
      let isAnswered = false;
      void starting.then(() => (isAnswered = true));
      for (const executor of EXECUTORS) {
        expect(isAnswered).toBe(false);
        await say(taken(executor, 1));
      }
      expect(await starting).toEqual({
        status: 200,
        body: { maps: [{ name: 'units', state: 'initial-sync', confirmed: true }] },
      });
    });

    it('when it is started again, then nothing is published and it is confirmed at once', async () => {
      const { body } = await post('maps:start', { names: ['units'] });
      expect(body).toMatchObject({ maps: [{ confirmed: true }] });
      expect(records.at(-1)).toMatchObject({ runEpoch: 1 });
    });

    it('when its baseline is done and all is written, then the status tells its books, and that it is in step', async () => {
      await say({ ...taken('initial-sync', 1), state: 'running' });
      const counts = {
        examined: 7,
        written: { fo: 1, dataverse: 2 },
        unchanged: 4,
        filtered: 0,
        parked: 0,
        waiting: 0,
        held: 0,
        open: 0,
      };
      await say({ ...taken('mapper', 1), counts });
      await until(async () => JSON.stringify((await get('status')).body).includes('"inStep":true'));
      expect((await get('status')).body).toEqual({
        maps: [
          {
            name: 'units',
            state: 'running',
            health: 'healthy',
            inStep: true,
            lagMs: 0,
            lagCount: 0,
            ...counts,
          },
        ],
      });
      expect((await get('maps')).body).toMatchObject({
        maps: [
          {
            name: 'units',
            version: 2,
            state: 'running',
            tables: { fo: 'Units', dataverse: 'unit' },
            classes: { fo: 'A', dataverse: 'A' },
          },
        ],
      });
    });

    it('when one does not confirm a pause, then the answer says who is missing after the deadline', async () => {
      // On a busy machine those who spoke at the start count as gone by now.
      for (const executor of EXECUTORS) await say(alive(executor));
      const pausing = post('maps/units:pause', {});
      await until(() => records.at(-1)?.desired === 'paused');
      await say(taken('mapper', 2));
      await say(taken('fo-connector', 2));
      expect((await pausing).body).toEqual({
        maps: [{ name: 'units', state: 'paused', confirmed: false, missing: ['dataverse-connector a'] }],
      });
    }, 20_000);

    it('when an act does not fit the state, then it is refused and nothing is published', async () => {
      const before = records.length;
      expect(await post('maps/units:start', {})).toMatchObject({ status: 409, body: { code: 'map-paused' } });
      expect(await post('maps:stop', { names: ['nobody', 'units'] })).toMatchObject({ status: 404 });
      expect(await post('maps:stop', {})).toMatchObject({ status: 400, body: { code: 'body-invalid' } });
      expect(records.length).toBe(before);
    });
  });

  it('given the journal, when a row is asked for, then alerting answers', async () => {
    expect(await get('maps/units/parked?limit=5')).toEqual({
      status: 200,
      body: { parked: [{ key: 'KG', parks: [{ reason: 'conflict' }] }] },
    });
    expect(await post('maps/units:release', { rows: ['KG'], winner: 'fo', reason: 'asked' })).toMatchObject({
      status: 200,
      body: { rows: [{ row: 'KG', pairs: [{ verdict: 'written-fo' }] }] },
    });
    expect(await post('maps/units:release', { rows: ['KG'], winner: 'both' })).toMatchObject({
      status: 400,
      body: { code: 'body-invalid', errors: [{ field: 'winner' }] },
    });
    expect(await post('maps/nowhere:release', { rows: ['KG'] })).toMatchObject({ status: 404 });
    expect(await get('rows/usmf%2FUS-001')).toEqual({ status: 200, body: { events: [{ what: 'applied' }] } });
  });

  it('given the journal, when it is followed, then what alerting sends is passed on as it comes', async () => {
    const headers = { authorization: `Bearer ${TOKEN}`, 'last-event-id': '6' };
    const response = await fetch(`${service.url}/api/v1/journal/stream?map=units`, { headers });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect(await response.text()).toBe('id: 7\ndata: after 6\n\n');
  });

  it('given the API, when its description is asked for, then all its paths are there', async () => {
    const response = await fetch(`${service.url}/api/openapi.json`);
    const { paths } = (await response.json()) as { paths: object };
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining([
        '/api/v1/maps',
        '/api/v1/maps:apply',
        '/api/v1/maps/{name}:start',
        '/api/v1/status',
      ]),
    );
  });

  it('given the sign-in link, when it is opened, then it leads to the API; without its token it does not', async () => {
    expect((await fetch(`${service.url}/?token=${TOKEN}`)).status).toBe(200);
    expect((await fetch(`${service.url}/?token=other`)).status).toBe(401);
    expect((await fetch(`${service.url}/api/v1/maps`)).status).toBe(401);
  });

  async function say(record: StatusRecord): Promise<void> {
    const key =
      record.kind === 'service' ? `service/${record.service}` : `map/units/${(record as MapStatus).service}`;
    const { value, headers } = encodeMessage('status', record);
    await link.producer().publish([{ topic: names.status, key: `${key}/a`, value, headers }]);
  }
  async function get(path: string): Promise<{ status: number; body: unknown }> {
    return answerOf(
      await fetch(`${service.url}/api/v1/${path}`, { headers: { authorization: `Bearer ${TOKEN}` } }),
    );
  }
  async function post(path: string, body: unknown): Promise<{ status: number; body: unknown }> {
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
    return answerOf(
      await fetch(`${service.url}/api/v1/${path}`, { method: 'POST', headers, body: JSON.stringify(body) }),
    );
  }
});

async function answerOf(response: Response): Promise<{ status: number; body: unknown }> {
  return { status: response.status, body: await response.json() };
}

function alive(service: string): StatusRecord {
  const at = new Date().toISOString();
  return { kind: 'service', service, instance: 'a', state: 'up', health: 'healthy', at };
}

function taken(service: string, confirmedRunEpoch: number): MapStatus {
  return {
    kind: 'map',
    service,
    instance: 'a',
    map: 'units',
    state: 'running',
    health: 'healthy',
    confirmedRunEpoch,
    lagMs: 0,
    lagCount: 0,
    at: new Date().toISOString(),
  };
}

function aDocument(name: string, column: string, conflict = 'fo-wins'): object {
  return {
    apiVersion: 'dualwrite.io/v1',
    kind: 'TableMap',
    metadata: { name },
    spec: {
      fo: { entity: 'Units' },
      dataverse: { table: 'unit' },
      key: [{ fo: 'UnitId', dataverse: 'code' }],
      policies: { conflict },
      fields: [
        { fo: 'UnitId', dataverse: 'code' },
        { fo: 'UnitName', dataverse: column },
      ],
    },
  };
}

function aFile(name: string, column: string): { name: string; text: string } {
  return { name: `${name}.yaml`, text: JSON.stringify(aDocument(name, column), null, 2) };
}

function aSchema(
  side: 'fo' | 'dataverse',
  table: string,
  columns: readonly string[],
  key: readonly string[],
): TableSchemaJson {
  return {
    side,
    table,
    entitySet: table,
    entityType: table,
    key,
    columns: columns.map((name) => ({
      name,
      type: name === 'unitid' ? 'guid' : 'string',
      nullable: true,
      maxLength: 60,
    })),
    companyColumn: null,
  };
}

async function until(isDone: () => boolean | Promise<boolean>, deadlineMs = 15_000): Promise<void> {
  const endsAt = Date.now() + deadlineMs;
  while (!(await isDone())) {
    if (Date.now() > endsAt) throw new Error(`not within ${deadlineMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
