import { NestFactory } from '@nestjs/core';
import type { INestApplication } from '@nestjs/common';
import {
  decodeMessage,
  encodeMessage,
  SIDES,
  type CoverageMarker,
  type JournalEntry,
  type MapRecord,
  type MapStatus,
  type Names,
  type Observation,
  type Side,
  type StoreBeat,
  type Write,
} from '@dualwrite/events';
import { BatchStrategy, KafkaLink, type GroupConsumer } from '@dualwrite/kafka';
import { checkSettings, commonTopics } from '@dualwrite/service';
import { configureLog, startChange, TRACEPARENT_HEADER } from '@dualwrite/telemetry';
import { Client } from 'pg';
import type { DataSource } from 'typeorm';
import { openMapperDatabase } from '../database';
import { MapperLife } from '../mapper-life';
import { MapperModule } from '../mapper.module';
import { CONNECTOR_STORES } from '../restore/connector-stores';
import { mapperSettings } from '../settings';
import { coverage } from './observations';

/** What libs/testing gives to specs, which alone may import it. */
export interface TestKit {
  readonly broker: { readonly brokers: readonly string[]; readonly prefix: string; readonly names: Names };
  readonly database: { readonly url: string; readonly schema: string; drop(): Promise<void> };
  eventually<T>(
    condition: () => Promise<T> | T,
    options?: { deadlineMs?: number; until?: string },
  ): Promise<Exclude<T, false | null | undefined>>;
}

export interface Replica {
  readonly app: INestApplication;
  readonly database: DataSource;
  stop(): Promise<void>;
}

/** Real mappers on a real broker and database; observations are fed by hand, and what goes out is collected. */
export class MapperHarness {
  readonly writes: Write[] = [];
  readonly journal: JournalEntry[] = [];
  private readonly statuses: MapStatus[] = [];
  private readonly replicas: Replica[] = [];
  readonly link: KafkaLink;
  private readonly sql: Client;
  private collector: GroupConsumer | undefined;
  private beats = 0;

  private constructor(private readonly kit: TestKit) {
    const { brokers, prefix } = kit.broker;
    this.link = new KafkaLink({ brokers, clientId: `${prefix}-harness` });
    this.sql = new Client({ connectionString: kit.database.url });
  }

  get schema(): string {
    return this.kit.database.schema;
  }

  get names(): Names {
    return this.kit.broker.names;
  }

  static async start(kit: TestKit, record: MapRecord): Promise<MapperHarness> {
    configureLog({ level: process.env['TEST_LOG_LEVEL'] === 'info' ? 'info' : 'silent' });
    const harness = new MapperHarness(kit);
    const { link } = harness;
    const { names } = harness;
    await harness.sql.connect();
    await harness.sql.query(`set search_path to ${kit.database.schema}`);
    const tables = [
      'fo.CustomersV3',
      'fo.CustomerGroups',
      'dataverse.account',
      'dataverse.cdm_company',
      'dataverse.msdyn_customergroup',
    ];
    await link.ensureTopics([
      ...commonTopics(names),
      ...tables.map((table) => ({ name: `${names.prefix}.${table}.observations`, partitions: 3 })),
      ...tables.map((table) => ({ name: `${names.prefix}.${table}.writes`, partitions: 3 })),
    ]);
    harness.collector = link.groupConsumer(
      {
        group: `${names.prefix}.collector`,
        topics: [
          names.writes('fo', 'CustomersV3'),
          names.writes('dataverse', 'account'),
          names.journal,
          names.status,
        ],
      },
      async ({ records }) => {
        for (const record of records) {
          const decoded = decodeMessage(record, 'write', 'journal', 'status');
          if (decoded.contract === 'write') harness.writes.push(decoded.message);
          else if (decoded.contract === 'journal') harness.journal.push(decoded.message);
          else if (decoded.message.kind === 'map') harness.statuses.push(decoded.message);
        }
      },
    );
    await harness.collector.start();
    await harness.collector.joined();
    await harness.publishMap(record);
    return harness;
  }

  async replica(environment: Record<string, string> = {}): Promise<Replica> {
    const settings = checkSettings(mapperSettings, {
      KAFKA_BROKERS: this.kit.broker.brokers.join(','),
      DATABASE_URL: this.kit.database.url,
      TOPIC_PREFIX: this.kit.broker.prefix,
      API_TOKEN: 'test-token',
      INSTANCE_ID: `replica-${this.replicas.length}`,
      POLL_INTERVAL_MS: '100',
      STATUS_INTERVAL_MS: '100',
      ...environment,
    });
    const database = await openMapperDatabase(this.kit.database.url, 8, this.kit.database.schema);
    const app = await NestFactory.create(MapperModule.forRoot(settings, database), { logger: false });
    app.connectMicroservice({ strategy: app.get(BatchStrategy) }, { inheritAppConfig: false });
    await app.startAllMicroservices();
    await app.init();
    await app.get(MapperLife).start();
    let stopping: Promise<void> | undefined;
    const replica: Replica = {
      app,
      database,
      stop: () =>
        (stopping ??= (async () => {
          await app.close();
          await app.get(KafkaLink).close();
        })()),
    };
    this.replicas.push(replica);
    return replica;
  }

  /** What the mapper has stored, seen from outside. */
  async query<Row>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    const { rows } = await this.sql.query(sql, parameters);
    return rows as Row[];
  }

  async publishMap(record: MapRecord): Promise<void> {
    await this.publish(this.names.maps, record.name, encodeMessage('map', record));
  }

  async observe(...observations: readonly Observation[]): Promise<void> {
    for (const observation of observations) {
      const topic = this.names.observations(observation.side, observation.table);
      await this.publish(topic, observation.nativeId, encodeMessage('observation', observation));
    }
  }

  /** Both sides, or one, have been read in all partitions. */
  async cover(...sides: readonly ('fo' | 'dataverse')[]): Promise<void> {
    for (const side of sides) {
      for (let partition = 0; partition < 3; partition += 1) {
        const marker = coverage(side, partition);
        await this.publishTo(marker, partition);
      }
    }
  }

  /** As connectors do once nothing that an older mapper's database has planned is under way. */
  async confirmMapperEpoch(confirmedMapperEpoch: number): Promise<void> {
    for (const side of SIDES) await this.beat(side, { epoch: 1, confirmedMapperEpoch });
  }

  /** A connector's word on its database. */
  async beat(side: Side, said: Pick<StoreBeat, 'epoch' | 'confirmedMapperEpoch'>): Promise<void> {
    this.beats += 1;
    const store = CONNECTOR_STORES[side];
    const beat: StoreBeat = {
      store,
      service: store,
      instance: 'fake',
      beat: String(this.beats),
      at: new Date().toISOString(),
      ...said,
    };
    await this.publish(this.names.stores, `${store}/fake`, encodeMessage('store-beat', beat));
  }

  async publish(
    topic: string,
    key: string,
    { value, headers }: { value: Buffer; headers: Readonly<Record<string, string>> },
  ): Promise<void> {
    const whole = { [TRACEPARENT_HEADER]: startChange(), ...headers };
    await this.link.producer().publish([{ topic, key, value, headers: whole }]);
  }

  mapStatus(test: (status: MapStatus) => boolean): Promise<MapStatus> {
    return this.kit.eventually(() => this.statuses.find(test));
  }

  /** Waits until the mapper has taken in everything that was published for the map. */
  async settled(map: string): Promise<void> {
    const { link } = this;
    const { names } = this;
    const topics = [names.observations('fo', 'CustomersV3'), names.observations('dataverse', 'account')];
    await this.kit.eventually(
      async () => {
        const lags = await link.admin.lag(names.mapGroup(map), topics);
        return lags.every(({ lagCount }) => lagCount === 0);
      },
      { until: 'nothing is left to be handled', deadlineMs: 30_000 },
    );
    await this.kit.eventually(async () => (await this.query(`select 1 from outbox limit 1`)).length === 0, {
      until: 'the outbox is empty',
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.replicas.map((replica) => replica.stop()));
    await this.collector?.stop();
    await this.link.close();
    await this.sql.end();
    await this.kit.database.drop();
  }

  private async publishTo(marker: CoverageMarker, partition: number): Promise<void> {
    const topic = this.names.observations(marker.side, marker.table);
    const { value, headers } = encodeMessage('coverage', marker);
    await this.link
      .producer()
      .publish([{ topic, key: `coverage/${marker.company}/${partition}`, partition, value, headers }]);
  }
}
