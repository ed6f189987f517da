import { Module, type DynamicModule } from '@nestjs/common';
import { Names } from '@dualwrite/events';
import { KafkaModule } from '@dualwrite/kafka';
import { internalClient, kafkaLinkOptions } from '@dualwrite/service';
import { DataSource } from 'typeorm';
import { AlertingClient } from './alerting-client';
import { AlertingController } from './alerting.controller';
import { ConnectorSchemas } from './connector-schemas';
import { ConsoleRuntime } from './console-runtime';
import { SchemaSource } from './definition-checker';
import { ACCESS_TOKEN, IndexController } from './index.controller';
import { JournalController } from './journal.controller';
import { MapStore } from './map-store';
import { MapperClient } from './mapper-client';
import { MapsController } from './maps.controller';
import { MapsService } from './maps.service';
import { ProofService } from './proof/proof-service';
import { proofSources } from './proof/proof-sources';
import { ProofsController } from './proof/proofs.controller';
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
        IndexController,
      ],
      providers: [
        MapsService,
        ConsoleRuntime,
        { provide: DataSource, useValue: database },
        { provide: Names, useValue: names },
        { provide: StatusBook, useValue: new StatusBook() },
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
        { provide: ACCESS_TOKEN, useValue: settings.API_TOKEN },
      ],
    };
  }
}
