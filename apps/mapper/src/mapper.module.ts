import { Module, type DynamicModule } from '@nestjs/common';
import { Names } from '@dualwrite/events';
import { KafkaLink, KafkaModule, Publisher } from '@dualwrite/kafka';
import { openKeptPlans, OutboxPublisher } from '@dualwrite/persistence';
import { kafkaLinkOptions, MapsState, StoreBeats, StoreLife } from '@dualwrite/service';
import { log } from '@dualwrite/telemetry';
import { DataSource } from 'typeorm';
import { schemaOf } from './database';
import { ObservationsController } from './batch/observations.controller';
import { CallEnds } from './calls/call-ends';
import { Calls } from './calls/calls';
import { CallsController } from './calls/calls.controller';
import { Documents } from './documents/documents';
import { DocumentsController } from './documents/documents.controller';
import { HeldDeletesDesk } from './deletes/held-deletes';
import { Examiner } from './examine/examiner';
import { DeletesController } from './http/deletes.controller';
import { OperationsController } from './http/operations.controller';
import { PairReader } from './http/pair-reader';
import { PairRelease } from './http/pair-release';
import { PairRepair } from './http/pair-repair';
import { PairsController } from './http/pairs.controller';
import { RepairsController } from './http/repairs.controller';
import { ShadowController } from './http/shadow.controller';
import { WaitsController } from './http/waits.controller';
import { MapperLife } from './mapper-life';
import { FreshReads } from './operations/fresh-reads';
import { OperationRunner } from './operations/operation-runner';
import { ReplayWork } from './operations/replay-work';
import { Replays } from './operations/replays';
import { Retries } from './operations/retries';
import { RetryWork } from './operations/retry-work';
import { NameLists } from './pairs/name-lists';
import { PairStore } from './pairs/pair-store';
import { Redriver } from './redrive/redriver';
import { ReferenceFeed } from './references/reference-feed';
import { ReferencesController } from './references/references.controller';
import { CatchUp } from './restore/catch-up';
import { MapRuns } from './runs/map-runs';
import { CHANGES_POOL, MAPPER_SETTINGS, NAMES, type MapperSettings } from './settings';
import { ShadowReports } from './shadow/shadow-report';
import { StatusReporter } from './status/status-reporter';
import { WaitReader } from './waits/wait-reader';

/** The mapper: observations in, conditional writes out. */
@Module({})
export class MapperModule {
  static forRoot(settings: MapperSettings, database: DataSource): DynamicModule {
    const names = new Names(settings.TOPIC_PREFIX);
    return {
      module: MapperModule,
      imports: [KafkaModule.forRoot(kafkaLinkOptions(settings, `mapper-${settings.INSTANCE_ID}`))],
      controllers: [
        ObservationsController,
        ReferencesController,
        PairsController,
        RepairsController,
        WaitsController,
        ShadowController,
        DeletesController,
        OperationsController,
        CallsController,
        DocumentsController,
      ],
      providers: [
        { provide: MAPPER_SETTINGS, useValue: settings },
        { provide: NAMES, useValue: names },
        { provide: DataSource, useValue: database },
        {
          provide: CHANGES_POOL,
          useFactory: () =>
            openKeptPlans(database, { poolMax: Math.floor(settings.DATABASE_POOL_COUNT_MAX / 2) }),
        },
        {
          provide: MapsState,
          useFactory: (link: KafkaLink) =>
            new MapsState({
              link,
              names,
              service: 'mapper',
              instance: settings.INSTANCE_ID,
              only: settings.MAPS,
            }),
          inject: [KafkaLink],
        },
        {
          provide: OutboxPublisher,
          useFactory: (publisher: Publisher) =>
            new OutboxPublisher(database, publisher, { onFatal: endProcess }),
          inject: [Publisher],
        },
        {
          provide: StoreBeats,
          useFactory: (link: KafkaLink) =>
            new StoreBeats({ link, names, service: 'mapper', instance: settings.INSTANCE_ID }),
          inject: [KafkaLink],
        },
        {
          provide: StoreLife,
          useFactory: (beats: StoreBeats) =>
            new StoreLife({
              database,
              beats,
              names,
              store: schemaOf(database),
              service: 'mapper',
              instance: settings.INSTANCE_ID,
              // What its past has planned is stopped by those who carry it out; see CatchUp.
              settleMs: 0,
            }),
          inject: [StoreBeats],
        },
        {
          provide: PairStore,
          useFactory: (life: StoreLife) => new PairStore(new NameLists(database), life),
          inject: [StoreLife],
        },
        Examiner,
        MapRuns,
        ReferenceFeed,
        Redriver,
        CatchUp,
        StatusReporter,
        PairReader,
        WaitReader,
        ShadowReports,
        HeldDeletesDesk,
        PairRelease,
        PairRepair,
        CallEnds,
        Calls,
        Documents,
        Retries,
        RetryWork,
        FreshReads,
        Replays,
        ReplayWork,
        OperationRunner,
        MapperLife,
      ],
    };
  }
}

function endProcess(error: unknown): void {
  log.error('outbox.refused_for_good', { error });
  process.exit(1);
}
