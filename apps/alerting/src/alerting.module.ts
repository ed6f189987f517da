import { Module, type DynamicModule } from '@nestjs/common';
import { Names } from '@dualwrite/events';
import { KafkaLink, KafkaModule } from '@dualwrite/kafka';
import { kafkaLinkOptions, MapsState } from '@dualwrite/service';
import { DataSource } from 'typeorm';
import { ErrorGroups } from './journal/error-groups';
import { JournalConsumer } from './journal/journal.consumer';
import { JournalController } from './journal/journal.controller';
import { JournalKeeper, KEPT_DAYS } from './journal/journal-keeper';
import { JournalReader } from './journal/journal-reader';
import { JournalTail } from './journal/journal-tail';
import { JournalWriter } from './journal/journal-writer';
import { MapsOfAlerting } from './known-maps';
import type { AlertingSettings } from './settings';

@Module({})
export class AlertingModule {
  static forRoot(settings: AlertingSettings, database: DataSource): DynamicModule {
    const names = new Names(settings.TOPIC_PREFIX);
    const instance = settings.INSTANCE_ID;
    return {
      module: AlertingModule,
      imports: [KafkaModule.forRoot(kafkaLinkOptions(settings, instance))],
      controllers: [JournalConsumer, JournalController],
      providers: [
        JournalKeeper,
        JournalTail,
        { provide: DataSource, useValue: database },
        { provide: Names, useValue: names },
        { provide: KEPT_DAYS, useValue: settings.JOURNAL_KEPT_DAYS },
        {
          provide: MapsState,
          useFactory: (link: KafkaLink) => new MapsState({ link, names, service: 'alerting', instance }),
          inject: [KafkaLink],
        },
        {
          provide: MapsOfAlerting,
          useFactory: (maps: MapsState) => new MapsOfAlerting(maps),
          inject: [MapsState],
        },
        {
          provide: JournalWriter,
          useFactory: (maps: MapsOfAlerting) => new JournalWriter(database, maps),
          inject: [MapsOfAlerting],
        },
        { provide: JournalReader, useValue: new JournalReader(database, settings.TRACE_URL_TEMPLATE) },
        { provide: ErrorGroups, useValue: new ErrorGroups(database) },
      ],
    };
  }
}
