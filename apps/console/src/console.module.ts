import { Module, type DynamicModule } from '@nestjs/common';
import { Names } from '@dualwrite/events';
import { KafkaLink, KafkaModule } from '@dualwrite/kafka';
import { columnSets } from '@dualwrite/maps';
import { Leases } from '@dualwrite/persistence';
import { internalClient, kafkaLinkOptions } from '@dualwrite/service';
import { DataSource } from 'typeorm';
import { AlertingClient } from './alerting-client';
import { AlertingController } from './alerting.controller';
import { BootstrapController } from './bootstrap/bootstrap.controller';
import { BootstrapService } from './bootstrap/bootstrap-service';
import { DataverseRows } from './bootstrap/dataverse-rows';
import { OperatorWrites } from './bootstrap/operator-writes';
import { RequestAnswers } from './bootstrap/request-answers';
import { ConnectorSchemas } from './connector-schemas';
import { ConsoleRuntime } from './console-runtime';
import { SchemaSource } from './definition-checker';
import { DifferencesTold } from './differences-told';
import { GuardKeeper } from './guards/guard-keeper';
import { GuardStore } from './guards/guard-store';
import { GuardsController } from './guards/guards.controller';
import { ACCESS_TOKEN, IndexController } from './index.controller';
import { DocumentDesk } from './documents/document-desk';
import { DocumentService } from './documents/document-service';
import { DocumentsController } from './documents/documents.controller';
import { CallDesk } from './calls/call-desk';
import { CallService } from './calls/call-service';
import { CallsConsumer } from './calls/calls.consumer';
import { CallsController } from './calls/calls.controller';
import { CheckController } from './check/check.controller';
import { CheckService } from './check/check.service';
import { DeletesController } from './deletes/deletes.controller';
import { FeedsController } from './feeds/feeds.controller';
import { FeedsService } from './feeds/feeds.service';
import { JournalController } from './journal.controller';
import { BacklogReader } from './backlog';
import { DiscardOffers } from './discard-offers';
import { MapActs } from './map-acts';
import { KnownSchemas } from './known-schemas';
import { MapStore } from './map-store';
import { MapperClient } from './mapper-client';
import { MapsController } from './maps.controller';
import { MapsService } from './maps.service';
import { looking } from './looks/portioned-look';
import { FreshRows } from './looks/fresh-rows';
import { ProofService } from './proof/proof-service';
import { proofSources } from './proof/proof-sources';
import { ProofsController } from './proof/proofs.controller';
import { ProvisionController } from './provision/provision.controller';
import { ProvisionService } from './provision/provision.service';
import { OperationsController } from './operations.controller';
import { PairsController } from './pairs.controller';
import type { ConsoleSettings } from './settings';
import { SaveService } from './saves/save-service';
import { SAVE_KEYS, SavesController } from './saves/saves.controller';
import { StatusBook } from './status-book';
import { RollingController } from './rolling/rolling.controller';
import { RollingKeeper } from './rolling/rolling-keeper';
import { RollingService } from './rolling/rolling.service';
import { RollingStore } from './rolling/rolling-store';
import { ShadowController } from './shadow/shadow.controller';
import { SyncPlanner } from './sync/sync-plan';
import { LoadTimer } from './sync/load-times';
import { SyncController } from './sync/sync.controller';
import { SyncRuns } from './sync/sync-runs';
import { pairsOf } from './verify/row-evidence';
import { RepairService } from './verify/repair-service';
import { VerifyController } from './verify/verify.controller';
import { VerifyService } from './verify/verify-service';
import { verifySources } from './verify/verify-sources';
import { WaitsController } from './waits.controller';

@Module({})
export class ConsoleModule {
  static forRoot(settings: ConsoleSettings, database: DataSource): DynamicModule {
    const names = new Names(settings.TOPIC_PREFIX);
    const client = (url: string): ReturnType<typeof internalClient> =>
      internalClient(url, settings.API_TOKEN);
    const connectors = {
      fo: client(settings.FO_CONNECTOR_URL),
      dataverse: client(settings.DATAVERSE_CONNECTOR_URL),
    };
    const atTables = looking({ connectors, database });
    const rolling = new RollingStore(database, names);
    return {
      module: ConsoleModule,
      imports: [KafkaModule.forRoot(kafkaLinkOptions(settings, settings.INSTANCE_ID))],
      controllers: [
        MapsController,
        PairsController,
        JournalController,
        AlertingController,
        ProofsController,
        VerifyController,
        SyncController,
        WaitsController,
        ShadowController,
        DeletesController,
        RollingController,
        ProvisionController,
        BootstrapController,
        GuardsController,
        OperationsController,
        CallsController,
        DocumentsController,
        CallsConsumer,
        SavesController,
        FeedsController,
        CheckController,
        IndexController,
      ],
      providers: [
        MapsService,
        MapActs,
        ConsoleRuntime,
        DifferencesTold,
        { provide: DataSource, useValue: database },
        { provide: Names, useValue: names },
        { provide: StatusBook, useValue: new StatusBook() },
        {
          provide: BacklogReader,
          useFactory: (link: KafkaLink) => new BacklogReader(link, names),
          inject: [KafkaLink],
        },
        { provide: GuardStore, useValue: new GuardStore(database) },
        {
          provide: GuardKeeper,
          useFactory: (guards: GuardStore, maps: MapStore, acts: MapActs, book: StatusBook) =>
            new GuardKeeper({ guards, maps, acts, book, leases: new Leases(database) }),
          inject: [GuardStore, MapStore, MapActs, StatusBook],
        },
        { provide: DiscardOffers, useValue: new DiscardOffers(database) },
        { provide: MapStore, useValue: new MapStore(database, names) },
        { provide: SchemaSource, useValue: new ConnectorSchemas(connectors) },
        {
          provide: KnownSchemas,
          useFactory: (schemas: SchemaSource) => new KnownSchemas(schemas),
          inject: [SchemaSource],
        },
        {
          provide: AlertingClient,
          useValue: new AlertingClient(client(settings.ALERTING_URL), {
            url: settings.ALERTING_URL,
            token: settings.API_TOKEN,
          }),
        },
        { provide: MapperClient, useValue: new MapperClient(client(settings.MAPPER_URL)) },
        {
          provide: ProofService,
          useFactory: (mapper: MapperClient, store: MapStore, maps: MapsService) =>
            new ProofService(proofSources({ looking: atTables, mapper, store, maps })),
          inject: [MapperClient, MapStore, MapsService],
        },
        {
          provide: ProvisionService,
          useFactory: (store: MapStore, schemas: SchemaSource) =>
            new ProvisionService({ store, schemas, connectors }),
          inject: [MapStore, SchemaSource],
        },
        {
          provide: VerifyService,
          useFactory: (mapper: MapperClient, store: MapStore, maps: MapsService) =>
            new VerifyService(verifySources({ looking: atTables, mapper, store, maps })),
          inject: [MapperClient, MapStore, MapsService],
        },
        {
          provide: SyncPlanner,
          useFactory: (store: MapStore, maps: MapsService) =>
            new SyncPlanner({
              maps: () => store.list(),
              states: async () => new Map((await maps.status()).map(({ name, state }) => [name, state])),
              looking: atTables,
              timer: new LoadTimer(connectors),
            }),
          inject: [MapStore, MapsService],
        },
        {
          provide: SyncRuns,
          useFactory: (maps: MapsService) =>
            new SyncRuns({
              initialSync: client(settings.INITIAL_SYNC_URL),
              books: async () => new Map((await maps.status()).map((status) => [status.name, status])),
            }),
          inject: [MapsService],
        },
        {
          provide: RepairService,
          useFactory: (mapper: MapperClient, store: MapStore) =>
            new RepairService({
              mapper,
              maps: () => store.list(),
              freshRows: () => new FreshRows(connectors),
            }),
          inject: [MapperClient, MapStore],
        },
        {
          provide: CallService,
          useFactory: (mapper: MapperClient) => new CallService({ mapper, connectors }),
          inject: [MapperClient],
        },
        {
          provide: DocumentService,
          useFactory: (mapper: MapperClient) => new DocumentService({ mapper, connectors }),
          inject: [MapperClient],
        },
        {
          provide: DocumentDesk,
          useFactory: (documents: DocumentService, maps: MapStore, schemas: KnownSchemas) =>
            new DocumentDesk({ documents, maps, schemas }),
          inject: [DocumentService, MapStore, KnownSchemas],
        },
        {
          provide: CallDesk,
          useFactory: (calls: CallService, maps: MapStore, schemas: KnownSchemas) =>
            new CallDesk({ calls, maps, schemas }),
          inject: [CallService, MapStore, KnownSchemas],
        },
        {
          provide: SaveService,
          useFactory: (calls: CallService, maps: MapStore, schemas: KnownSchemas) =>
            new SaveService({ calls, maps, schemas }),
          inject: [CallService, MapStore, KnownSchemas],
        },
        { provide: SAVE_KEYS, useValue: settings.SAVE_KEYS },
        RequestAnswers,
        {
          provide: BootstrapService,
          useFactory: (schemas: SchemaSource, answers: RequestAnswers) =>
            new BootstrapService({
              rows: new DataverseRows(connectors.dataverse),
              schemas,
              writes: new OperatorWrites(database, names, answers),
            }),
          inject: [SchemaSource, RequestAnswers],
        },
        { provide: RollingService, useValue: new RollingService(rolling, settings.VERIFY_ROWS_PER_MINUTE) },
        {
          provide: RollingKeeper,
          useFactory: (mapper: MapperClient, store: MapStore, maps: MapsService, told: DifferencesTold) =>
            new RollingKeeper({
              ...{ store: rolling, told, leases: new Leases(database) },
              rowsPerMinute: settings.VERIFY_ROWS_PER_MINUTE,
              freshRows: (rules) => new FreshRows(connectors, columnSets([rules])),
              pairs: (map, rows) => pairsOf(mapper, map, rows),
              async runningMaps() {
                const states = new Map((await maps.status()).map(({ name, state }) => [name, state]));
                return (await store.list()).filter(({ name }) => states.get(name) === 'running');
              },
            }),
          inject: [MapperClient, MapStore, MapsService, DifferencesTold],
        },
        { provide: CheckService, useValue: new CheckService(connectors) },
        { provide: FeedsService, useValue: new FeedsService(connectors) },
        { provide: ACCESS_TOKEN, useValue: settings.API_TOKEN },
      ],
    };
  }
}
