import { Module, type DynamicModule } from '@nestjs/common';
import { Names } from '@dualwrite/events';
import { KafkaLink, KafkaModule } from '@dualwrite/kafka';
import { Leases } from '@dualwrite/persistence';
import { internalClient, kafkaLinkOptions } from '@dualwrite/service';
import { DataSource } from 'typeorm';
import { AlertingClient } from './alerting-client';
import { AlertingController } from './alerting.controller';
import { ConnectorSchemas } from './connector-schemas';
import { ConsoleRuntime } from './console-runtime';
import { SchemaSource } from './definition-checker';
import { GuardKeeper } from './guards/guard-keeper';
import { GuardStore } from './guards/guard-store';
import { GuardsController } from './guards/guards.controller';
import { ACCESS_TOKEN, IndexController } from './index.controller';
import { JournalController } from './journal.controller';
import { BacklogReader } from './backlog';
import { DiscardOffers } from './discard-offers';
import { MapActs } from './map-acts';
import { MapStore } from './map-store';
import { MapperClient } from './mapper-client';
import { MapsController } from './maps.controller';
import { MapsService } from './maps.service';
import { ProofService } from './proof/proof-service';
import { proofSources } from './proof/proof-sources';
import { ProofsController } from './proof/proofs.controller';
import { ProvisionController } from './provision/provision.controller';
import { ProvisionService } from './provision/provision.service';
import { OperationsController } from './operations.controller';
import { PairsController } from './pairs.controller';
import type { ConsoleSettings } from './settings';
import { StatusBook } from './status-book';
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
    return {
      module: ConsoleModule,
      imports: [KafkaModule.forRoot(kafkaLinkOptions(settings, settings.INSTANCE_ID))],
      controllers: [
        MapsController,
        PairsController,
        JournalController,
        AlertingController,
        ProofsController,
        WaitsController,
        ProvisionController,
        GuardsController,
        OperationsController,
        IndexController,
      ],
      providers: [
        MapsService,
        MapActs,
        ConsoleRuntime,
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
            new ProofService(proofSources({ connectors, mapper, store, maps })),
          inject: [MapperClient, MapStore, MapsService],
        },
        {
          provide: ProvisionService,
          useFactory: (store: MapStore, schemas: SchemaSource) =>
            new ProvisionService({ store, schemas, connectors }),
          inject: [MapStore, SchemaSource],
        },
        { provide: ACCESS_TOKEN, useValue: settings.API_TOKEN },
      ],
    };
  }
}
