import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { Names } from '@dualwrite/events';
import { KafkaLink, KafkaModule } from '@dualwrite/kafka';
import { internalClient, kafkaLinkOptions, MapsState, type Environment } from '@dualwrite/service';
import { DataSource } from 'typeorm';
import { AlertingRuntime } from './alerting-runtime';
import { AlertsController } from './alerts/alerts.controller';
import { AlertsService } from './alerts/alerts.service';
import { ObjectStore } from './config/object-store';
import { ChannelSender } from './deliveries/channel-sender';
import { MapPauser } from './deliveries/map-pauser';
import { Secrets } from './deliveries/secrets';
import { ErrorGroups } from './journal/error-groups';
import { JournalConsumer } from './journal/journal.consumer';
import { JournalController } from './journal/journal.controller';
import { JournalKeeper, KEPT_DAYS } from './journal/journal-keeper';
import { JournalReader } from './journal/journal-reader';
import { JournalTail } from './journal/journal-tail';
import { JournalWriter } from './journal/journal-writer';
import { MapsOfAlerting } from './known-maps';
import type { AlertingSettings } from './settings';
import { StatusBook } from './status/status-book';

export interface AlertingModuleOptions {
  readonly settings: AlertingSettings;
  readonly database: DataSource;
  /** Where secrets are that channels name. */
  readonly env: Environment;
}

@Module({})
export class AlertingModule {
  static forRoot(options: AlertingModuleOptions): DynamicModule {
    const { settings } = options;
    return {
      module: AlertingModule,
      imports: [KafkaModule.forRoot(kafkaLinkOptions(settings, settings.INSTANCE_ID))],
      controllers: [JournalConsumer, JournalController, AlertsController],
      providers: [...journalProviders(options), ...alertProviders(options)],
    };
  }
}

function journalProviders({ settings, database }: AlertingModuleOptions): Provider[] {
  const names = new Names(settings.TOPIC_PREFIX);
  const instance = settings.INSTANCE_ID;
  return [
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
  ];
}

function alertProviders({ settings, database, env }: AlertingModuleOptions): Provider[] {
  const sender = new ChannelSender({
    secrets: new Secrets(env, settings.ALERT_SECRETS_DIR),
    allowed: settings.ALERT_TARGETS_ALLOWED,
    smtpUrl: settings.SMTP_URL,
    smtpFrom: settings.SMTP_FROM,
  });
  const { CONSOLE_URL: consoleUrl, API_TOKEN: token } = settings;
  const pauser = new MapPauser(consoleUrl === undefined ? null : internalClient(consoleUrl, token));
  const everyMs = settings.ALERT_EVALUATION_INTERVAL_MS;
  return [
    AlertsService,
    { provide: StatusBook, useValue: new StatusBook() },
    { provide: ChannelSender, useValue: sender },
    {
      provide: ObjectStore,
      useFactory: (journal: JournalWriter) => new ObjectStore(database, journal),
      inject: [JournalWriter],
    },
    {
      provide: AlertingRuntime,
      useFactory: (objects: ObjectStore, journal: JournalWriter, maps: MapsOfAlerting, book: StatusBook) =>
        new AlertingRuntime({ database, objects, journal, maps, book, sender, pauser, everyMs }),
      inject: [ObjectStore, JournalWriter, MapsOfAlerting, StatusBook],
    },
  ];
}
