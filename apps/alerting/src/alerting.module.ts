import { Module, type DynamicModule } from '@nestjs/common';
import { Names } from '@dualwrite/events';
import { KafkaModule } from '@dualwrite/kafka';
import { DataSource } from 'typeorm';
import { JournalController } from './journal.controller';
import { JournalConsumer } from './journal.consumer';
import { JournalKeeper, KEPT_DAYS } from './journal-keeper';
import { JournalStore } from './journal-store';
import type { AlertingSettings } from './settings';

@Module({})
export class AlertingModule {
  static forRoot(settings: AlertingSettings, database: DataSource): DynamicModule {
    return {
      module: AlertingModule,
      imports: [KafkaModule.forRoot({ brokers: settings.KAFKA_BROKERS, clientId: settings.INSTANCE_ID })],
      controllers: [JournalConsumer, JournalController],
      providers: [
        JournalKeeper,
        { provide: DataSource, useValue: database },
        { provide: JournalStore, useValue: new JournalStore(database) },
        { provide: Names, useValue: new Names(settings.TOPIC_PREFIX) },
        { provide: KEPT_DAYS, useValue: settings.JOURNAL_KEPT_DAYS },
      ],
    };
  }
}
