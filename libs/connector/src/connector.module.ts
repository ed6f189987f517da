import { Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { Names } from '@dualwrite/events';
import { BatchStrategy, KafkaLink, KafkaModule, Publisher } from '@dualwrite/kafka';
import {
  leaseMigration,
  Leases,
  openDatabase,
  outboxMigration,
  OutboxPublisher,
  storeEpochMigration,
  openKeptPlans,
} from '@dualwrite/persistence';
import { kafkaLinkOptions, MapBacklog, MapsState, StoreBeats, StoreLife } from '@dualwrite/service';
import type { DataSource } from 'typeorm';
import { Budgets1700000006000 } from './budgets/budget.migration';
import { BudgetShare1700000007000 } from './budgets/budget-share.migration';
import { BudgetRunner } from './budgets/budget-runner';
import { BudgetStore } from './budgets/budget-store';
import { ConnectorEnd } from './connector-end';
import { ConnectorEngine } from './connector-engine';
import { ConnectorHealth } from './connector-health';
import { ConnectorIdentity } from './connector-identity';
import type { ConnectorSettings } from './connector-settings';
import { EnvironmentGuard } from './environment-guard';
import { BulkPace } from './feeds/bulk-pace';
import type { Feed } from './feeds/feed';
import { FeedNudges } from './feeds/feed-nudges';
import { FeedRunner } from './feeds/feed-runner';
import { FeedStore } from './feeds/feed-store';
import { BudgetsController, WRITE_COUNT_MAX } from './http/budgets.controller';
import { FeedsController } from './http/feeds.controller';
import { RegisterController } from './http/register.controller';
import { RowsController } from './http/rows.controller';
import { SchemaController } from './http/schema.controller';
import { Journal } from './register/journal';
import { SideGauges } from './side-gauges';
import { Register } from './register/register';
import { ConnectorTables1700000001000, RegisterChanges1700000002000 } from './register/register.migration';
import { RegisterRestore } from './register/register-restore';
import { RegisterStore } from './register/register-store';
import { OperatorWriter } from './requests/operator-writer';
import { RequestRunner } from './requests/request-runner';
import { RequestStore } from './requests/request-store';
import { RequestTidier } from './requests/request-tidier';
import { RequestsController } from './requests/requests.controller';
import { SidePort } from './side-port';
import { MetaStore } from './tables/meta-store';
import { SchemaCache } from './tables/schema-cache';
import { TrackedTables } from './tables/tracked-tables';
import { BegunWrites } from './writes/begun-writes';
import { BulkCreator } from './writes/bulk-creator';
import { DeferredRunner } from './writes/deferred-runner';
import { DocumentExecutor } from './writes/document-executor';
import { DeferredWrites } from './writes/deferred-writes';
import { RunEpochs } from './writes/run-epochs';
import { RunStatus } from './writes/run-status';
import { WriteAbandoner } from './writes/write-abandoner';
import { WriteAbandonmentController } from './http/write-abandonment.controller';
import { WriteExecutor } from './writes/write-executor';
import { WriteLanes } from './writes/write-lanes';
import { WritesController } from './writes/writes.controller';

/** What a feed is made of; the rest of the connector is the same for both sides. */
export interface FeedParts {
  readonly register: Register;
  readonly store: FeedStore;
  readonly requests: RequestRunner;
  readonly pace: BulkPace;
  readonly nudges: FeedNudges;
  /** Of the maps that want their tables observed. */
  readonly baselines: () => Readonly<Record<string, number>>;
}

export interface ConnectorModuleOptions {
  /** `fo-connector`, `dataverse-connector`. */
  readonly service: string;
  readonly settings: ConnectorSettings;
  readonly side: SidePort;
  readonly feed: (parts: FeedParts) => Feed;
}

const POOL_MAX = 14;
/** Of those for what changes a few rows: one table at a time is at work, a page of its feed beside it. */
const CHANGES_POOL_MAX = 6;

class ConnectorStop implements OnApplicationShutdown {
  constructor(
    private readonly engine: ConnectorEngine,
    private readonly outbox: OutboxPublisher,
    private readonly pools: readonly DataSource[],
    private readonly end: ConnectorEnd,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.engine.stop();
    await this.outbox.stop();
    await this.end.leave();
    for (const pool of this.pools) await pool.destroy();
  }
}

/** All of a connector but its side: opens the database, wires the engine. */
@Module({})
export class ConnectorModule {
  static async forRoot(options: ConnectorModuleOptions): Promise<DynamicModule> {
    const { service, settings, side, feed } = options;
    const names = new Names(settings.TOPIC_PREFIX);
    const identity = new ConnectorIdentity(side.side, service, settings.INSTANCE_ID, names, settings.TABLES);
    const schema = service.replaceAll('-', '_');
    const dataSource = await openDatabase({
      url: settings.DATABASE_URL,
      schema,
      migrations: [
        outboxMigration,
        leaseMigration,
        storeEpochMigration,
        ConnectorTables1700000001000,
        RegisterChanges1700000002000,
        Budgets1700000006000,
        BudgetShare1700000007000,
      ],
      poolMax: POOL_MAX,
    });
    const changes = await openKeptPlans(dataSource, { poolMax: CHANGES_POOL_MAX });
    const meta = new MetaStore(dataSource);
    const schemas = new SchemaCache(side);
    const health = new ConnectorHealth();
    const runs = new RunEpochs();
    const begun = new BegunWrites();
    const end = new ConnectorEnd();
    const { crash } = end;
    const deferred = new DeferredWrites(dataSource);
    const leases = new Leases(dataSource);
    const journal = new Journal(dataSource, identity);
    const budgetStore = new BudgetStore(dataSource);
    const nudges = new FeedNudges(dataSource);

    const engineOf = (
      link: KafkaLink,
      strategy: BatchStrategy,
      publisher: Publisher,
      tables: TrackedTables,
      register: Register,
      lanes: WriteLanes,
      beats: StoreBeats,
      life: StoreLife,
      feeds: FeedRunner,
    ) => {
      end.sayLastWord = () => life.sayLastWord((records) => publisher.publish(records));
      return new ConnectorEngine(
        {
          identity,
          health,
          beats,
          life,
          restore: new RegisterRestore({ store: register.store, link, identity, leases }),
          guard: new EnvironmentGuard(side, meta, journal, health),
          maps: new MapsState({ link, names, service, instance: settings.INSTANCE_ID, only: settings.MAPS }),
          runs,
          begun,
          store: schema,
          database: dataSource,
          status: new RunStatus(runs, health, identity, publisher),
          tables,
          feeds,
          nudges,
          tidier: new RequestTidier(new RequestStore(dataSource), names.status),
          budgets: new BudgetRunner({
            side,
            store: budgetStore,
            journal,
            identity,
            entitlementRowCountMax: settings.ENTITLEMENT_REQUEST_COUNT_MAX,
          }),
          deferred: new DeferredRunner(deferred, lanes, tables, leases),
          strategy,
          writeConcurrencyMax: settings.WRITE_CONCURRENCY_MAX,
        },
        crash,
      );
    };
    return {
      module: ConnectorModule,
      global: true,
      imports: [KafkaModule.forRoot(kafkaLinkOptions(settings, `${service}-${settings.INSTANCE_ID}`))],
      controllers: [
        WritesController,
        RequestsController,
        SchemaController,
        RegisterController,
        FeedsController,
        RowsController,
        BudgetsController,
        WriteAbandonmentController,
      ],
      providers: [
        { provide: ConnectorIdentity, useValue: identity },
        { provide: SidePort, useValue: side },
        { provide: ConnectorHealth, useValue: health },
        { provide: SchemaCache, useValue: schemas },
        { provide: Journal, useValue: journal },
        SideGauges,
        { provide: BudgetStore, useValue: budgetStore },
        { provide: WRITE_COUNT_MAX, useValue: settings.WRITE_CONCURRENCY_MAX },
        {
          provide: WriteAbandoner,
          inject: [Register],
          useFactory: (register: Register) => new WriteAbandoner(register, names),
        },
        { provide: RegisterStore, useFactory: () => new RegisterStore(dataSource, side.side, changes) },
        {
          provide: StoreBeats,
          inject: [KafkaLink],
          useFactory: (link: KafkaLink) =>
            new StoreBeats({ link, names, service, instance: settings.INSTANCE_ID }),
        },
        {
          provide: StoreLife,
          inject: [StoreBeats],
          useFactory: (beats: StoreBeats) =>
            new StoreLife({
              database: dataSource,
              beats,
              names,
              store: schema,
              service,
              instance: settings.INSTANCE_ID,
              // Rule 23: a request that was sent just before may take effect until then.
              settleMs: settings.REQUEST_DEADLINE_MS + 2 * settings.WRITE_SETTLE_MS,
              confirmedMapperEpoch: () => runs.confirmableMapperEpoch(Date.now()),
              begun,
            }),
        },
        {
          provide: OutboxPublisher,
          inject: [Publisher],
          useFactory: (publisher: Publisher) =>
            new OutboxPublisher(dataSource, publisher, { onFatal: crash }),
        },
        {
          provide: TrackedTables,
          inject: [KafkaLink],
          useFactory: (link: KafkaLink) => new TrackedTables(identity, schemas, link),
        },
        {
          provide: Register,
          inject: [RegisterStore, TrackedTables, StoreLife],
          useFactory: (store: RegisterStore, tables: TrackedTables, life: StoreLife) =>
            new Register({ store, side, names, service, life, currentTable: (table) => tables.find(table) }),
        },
        {
          provide: WriteLanes,
          inject: [Register, TrackedTables],
          useFactory: (register: Register, tables: TrackedTables) =>
            new WriteLanes(
              new WriteExecutor({ register, side, runs, begun, settleMs: settings.WRITE_SETTLE_MS }),
              deferred,
              settings.WRITE_CONCURRENCY_MAX,
              side,
              new BulkCreator({ register, side, runs, begun, settleMs: settings.WRITE_SETTLE_MS }),
              new DocumentExecutor({
                ...{ register, side, runs, begun, names, service, settleMs: settings.WRITE_SETTLE_MS },
                findTable: (table) => tables.find(table),
              }),
            ),
        },
        {
          provide: RequestRunner,
          inject: [Register, KafkaLink, TrackedTables, Journal],
          useFactory: (register: Register, link: KafkaLink, tables: TrackedTables, journal: Journal) =>
            new RequestRunner({
              register,
              side,
              link,
              identity,
              store: new RequestStore(dataSource),
              runs,
              operatorWriter: new OperatorWriter({ register, side, schemas, tables, journal }),
            }),
        },
        { provide: FeedNudges, useValue: nudges },
        {
          provide: FeedRunner,
          inject: [Register, RequestRunner, TrackedTables, KafkaLink],
          useFactory: (
            register: Register,
            requests: RequestRunner,
            tables: TrackedTables,
            link: KafkaLink,
          ) => {
            const store = new FeedStore(changes);
            const backlog = new MapBacklog(link.admin, names);
            const pace = new BulkPace(side.side, tables, backlog, settings.PAGE_ROW_COUNT_MAX);
            const parts = { register, store, requests, nudges, pace, baselines: () => runs.baselines() };
            return new FeedRunner(feed(parts), leases, nudges, crash);
          },
        },
        {
          provide: ConnectorEngine,
          inject: [
            KafkaLink,
            BatchStrategy,
            Publisher,
            TrackedTables,
            Register,
            WriteLanes,
            StoreBeats,
            StoreLife,
            FeedRunner,
          ],
          useFactory: engineOf,
        },
        {
          provide: ConnectorStop,
          inject: [ConnectorEngine, OutboxPublisher],
          useFactory: (engine: ConnectorEngine, outbox: OutboxPublisher) =>
            new ConnectorStop(engine, outbox, [changes, dataSource], end),
        },
      ],
      exports: [
        ConnectorEngine,
        ConnectorHealth,
        FeedNudges,
        OutboxPublisher,
        Register,
        SchemaCache,
        TrackedTables,
      ],
    };
  }
}
