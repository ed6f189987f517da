import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  decodeMessage,
  encodeMessage,
  Names,
  type JournalEntry,
  type MapRecord,
  type MapStatus,
  type StatusRecord,
} from '@dualwrite/events';
import { KafkaLink, type GroupConsumer } from '@dualwrite/kafka';
import type { TableSchemaJson } from '@dualwrite/schemas';
import { checkSettings, type RunningService } from '@dualwrite/service';
import { configureLog } from '@dualwrite/telemetry';
import { DataSource } from 'typeorm';
import { consoleSettings } from '../settings';
import { startConsole } from '../start-console';

const TOKEN = 'test-token';
/** Well below what makes a silent replica count as gone. */
const ALIVE_EVERY_MS = 3_000;
export const EXECUTORS = ['mapper', 'fo-connector', 'dataverse-connector'];

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}
/** What the mapper is asked, and what it shall say. */
export type MapperAnswers = (method: string, url: string, body: unknown) => object | undefined;

/** A console on a real broker and database; the other services are played. */
export class ConsoleWorld {
  readonly records: MapRecord[] = [];
  readonly journal: JournalEntry[] = [];
  readonly prefix = `t${randomUUID().slice(0, 8)}`;
  readonly names = new Names(this.prefix);
  readonly link: KafkaLink;
  mapperSays: MapperAnswers = () => undefined;
  private readonly databaseName = `console_${this.prefix}`;
  private others: Server | undefined;
  private service: RunningService | undefined;
  private admin: DataSource | undefined;
  private collector: GroupConsumer | undefined;

  constructor() {
    const brokers = (process.env['KAFKA_BROKERS'] ?? '').split(',');
    this.link = new KafkaLink({ brokers, clientId: 'test' });
  }

  async start(environment: Readonly<Record<string, string>> = {}): Promise<void> {
    configureLog({ level: 'silent' });
    // The line that tells starters where a service listens.
    jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    this.others = createServer((request, response) => {
      void this.answerFor(request).then((body) => {
        response.writeHead(body ? 200 : 404, { 'content-type': 'application/json' });
        response.end(JSON.stringify(body ?? {}));
      });
    });
    const { others, names, prefix, link } = this;
    await new Promise<void>((resolve) => others.listen(0, '127.0.0.1', resolve));
    const othersUrl = `http://127.0.0.1:${(others.address() as AddressInfo).port}`;
    this.admin = await new DataSource({ type: 'postgres', url: process.env['DATABASE_URL'] }).initialize();
    await this.admin.query(`CREATE DATABASE ${this.databaseName}`);
    const database = new URL(process.env['DATABASE_URL'] ?? '');
    database.pathname = `/${this.databaseName}`;
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
      ...environment,
    };
    this.service = await startConsole(checkSettings(consoleSettings, { ...process.env, ...settings }));
    await link.readCompacted({
      topic: names.maps,
      groupPrefix: `${prefix}.test`,
      onRecord: (record) => this.records.push(decodeMessage(record, 'map').message),
    });
    this.collector = link.groupConsumer(
      { group: `${prefix}.collector`, topics: [names.journal] },
      async ({ records }) => {
        for (const record of records) this.journal.push(decodeMessage(record, 'journal').message);
      },
    );
    await this.collector.start();
  }

  async close(): Promise<void> {
    await this.service?.stop();
    await this.collector?.stop();
    await this.link.close();
    await new Promise((resolve) => this.others?.close(resolve));
    await this.admin?.query(`DROP DATABASE ${this.databaseName} WITH (FORCE)`);
    await this.admin?.destroy();
  }

  /** Replicas of all services that take over, from now on, whatever run the maps are in. */
  async everybodyConfirms(maps: readonly string[]): Promise<() => void> {
    const live = async (): Promise<void> => {
      for (const service of EXECUTORS) await this.say(alive(service));
    };
    await live();
    // Who says nothing for a while counts as gone.
    const heartbeat = setInterval(() => void live(), ALIVE_EVERY_MS);
    let isOver = false;
    const confirmed = new Map<string, string>();
    const timer = setInterval(() => {
      if (isOver) return;
      for (const map of maps) {
        const record = this.record(map);
        if (!record || confirmed.get(map) === record.changedAt) continue;
        confirmed.set(map, record.changedAt);
        const { changedAt } = record;
        for (const service of EXECUTORS)
          void this.say({ ...taken(map, service, record.runEpoch), changedAt });
        void this.say({ ...taken(map, 'initial-sync', record.runEpoch), state: 'running' });
      }
    }, 20);
    return () => {
      isOver = true;
      clearInterval(heartbeat);
      clearInterval(timer);
    };
  }

  /** The newest record of the map. */
  record(map: string): MapRecord | undefined {
    return this.records.filter(({ name }) => name === map).at(-1);
  }

  async say(record: StatusRecord): Promise<void> {
    const key =
      record.kind === 'service'
        ? `service/${record.service}`
        : `map/${(record as MapStatus).map}/${(record as MapStatus).service}`;
    const { value, headers } = encodeMessage('status', record);
    await this.link.producer().publish([{ topic: this.names.status, key: `${key}/a`, value, headers }]);
  }

  get(path: string): Promise<Answer> {
    return this.request('GET', path);
  }

  post(path: string, body: unknown): Promise<Answer> {
    return this.request('POST', path, body);
  }

  async request(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(`${this.service?.url}/api/v1/${path}`, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  }

  /** Past the API and its token, as somebody outside does. @param path from the root */
  async send(path: string, headers: Readonly<Record<string, string>>, body: string): Promise<Answer> {
    const response = await fetch(`${this.service?.url}${path}`, { method: 'POST', headers, body });
    return { status: response.status, body: await response.json() };
  }

  private async answerFor(request: IncomingMessage): Promise<object | undefined> {
    const { method = '', url = '' } = request;
    const body = await text(request);
    const schema = SCHEMAS[url.replace('/schema/', '')];
    return schema ?? this.mapperSays(method, url, body === '' ? undefined : JSON.parse(body));
  }
}

export function alive(service: string): StatusRecord {
  const at = new Date().toISOString();
  return { kind: 'service', service, instance: 'a', state: 'up', health: 'healthy', at };
}

export function taken(map: string, service: string, confirmedRunEpoch: number): MapStatus {
  return {
    ...{ kind: 'map', service, instance: 'a', map, state: 'running', health: 'healthy' },
    ...{ confirmedRunEpoch, lagMs: 0, lagCount: 0, at: new Date().toISOString() },
  } as MapStatus;
}

/** Map `groups` fills the rows that map `units` points at. */
export function aMapDocument(name: 'units' | 'groups'): object {
  const isUnits = name === 'units';
  return {
    apiVersion: 'dualwrite.io/v1',
    kind: 'TableMap',
    metadata: { name },
    spec: {
      fo: { entity: isUnits ? 'Units' : 'Groups' },
      dataverse: { table: isUnits ? 'unit' : 'grp' },
      key: isUnits ? [{ fo: 'UnitId', dataverse: 'code' }] : [{ fo: 'GroupId', dataverse: 'code' }],
      fields: isUnits
        ? [
            { fo: 'UnitId', dataverse: 'code' },
            { fo: 'UnitName', dataverse: 'name' },
            { fo: 'GroupId', dataverse: 'grpid.code' },
          ]
        : [{ fo: 'GroupId', dataverse: 'code' }],
    },
  };
}

const text20 = (name: string) => ({ name, type: 'string', nullable: true, maxLength: 20 });
const id = (name: string) => ({ name, type: 'guid', nullable: false });

const SCHEMAS: Readonly<Record<string, TableSchemaJson>> = {
  Units: aSchema('fo', 'Units', ['UnitId'], [text20('UnitId'), text20('UnitName'), text20('GroupId')]),
  Groups: aSchema('fo', 'Groups', ['GroupId'], [text20('GroupId')]),
  unit: aSchema(
    'dataverse',
    'unit',
    ['unitid'],
    [
      ...[id('unitid'), text20('code'), text20('name')],
      {
        ...{ name: 'grpid', type: 'lookup', nullable: true },
        targets: [{ table: 'grp', entitySet: 'grps', navigationProperty: 'grpid' }],
      },
    ],
  ),
  grp: aSchema('dataverse', 'grp', ['grpid'], [id('grpid'), text20('code')]),
};

function aSchema(side: 'fo' | 'dataverse', table: string, key: string[], columns: object[]): TableSchemaJson {
  return {
    ...{ side, table, entitySet: `${table}s`, entityType: table, key, companyColumn: null, columns },
  } as TableSchemaJson;
}
