import { Module, type DynamicModule } from '@nestjs/common';
import { Names } from '@dualwrite/events';
import { KafkaModule } from '@dualwrite/kafka';
import { kafkaLinkOptions } from '@dualwrite/service';
import { DataSource } from 'typeorm';
import { RunsController } from './runs.controller';
import type { InitialSyncSettings } from './settings';
import { SETTINGS, SyncRuntime } from './sync-runtime';
import { SyncStore } from './sync-store';

@Module({})
export class InitialSyncModule {
  static forRoot(settings: InitialSyncSettings, database: DataSource): DynamicModule {
    const names = new Names(settings.TOPIC_PREFIX);
    return {
      module: InitialSyncModule,
      imports: [KafkaModule.forRoot(kafkaLinkOptions(settings, settings.INSTANCE_ID))],
      controllers: [RunsController],
      providers: [
        SyncRuntime,
        { provide: SETTINGS, useValue: settings },
        { provide: Names, useValue: names },
        { provide: DataSource, useValue: database },
        { provide: SyncStore, useValue: new SyncStore(database, names) },
      ],
    };
  }
}
