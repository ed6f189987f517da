import { Inject, Injectable, type OnApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import { Names } from '@dualwrite/events';
import { KafkaLink, Publisher } from '@dualwrite/kafka';
import { OutboxPublisher } from '@dualwrite/persistence';
import { followStatus, MapBacklog, MapsState } from '@dualwrite/service';
import { log } from '@dualwrite/telemetry';
import { DataSource } from 'typeorm';
import type { PlannedMap } from './baseline-run';
import { ConnectorWatch } from './connector-watch';
import { planMaps } from './planned-map';
import { ProgressPublisher } from './progress-publisher';
import { ReadCredit } from './read-credit';
import type { InitialSyncSettings } from './settings';
import { SyncStore } from './sync-store';
import { SyncWorker } from './sync-worker';

export const SETTINGS = Symbol('initial-sync.settings');

/** Wires maps, status, outbox and worker together, and ends them in the reverse order. */
@Injectable()
export class SyncRuntime implements OnModuleDestroy, OnApplicationShutdown {
  private readonly watch = new ConnectorWatch();
  private readonly outbox: OutboxPublisher;
  private readonly mapsState: MapsState;
  private readonly worker: SyncWorker;
  private readonly instance: string;

  constructor(
    private readonly link: KafkaLink,
    private readonly names: Names,
    private readonly database: DataSource,
    store: SyncStore,
    publisher: Publisher,
    @Inject(SETTINGS) settings: InitialSyncSettings,
  ) {
    this.instance = settings.INSTANCE_ID;
    this.outbox = new OutboxPublisher(database, publisher, { onFatal: die });
    this.mapsState = new MapsState({
      link,
      names,
      service: 'initial-sync',
      instance: this.instance,
      only: settings.MAPS,
    });
    this.worker = new SyncWorker({
      database,
      store,
      watch: this.watch,
      credit: new ReadCredit(new MapBacklog(link.admin, names), this.watch, settings.CHUNK_ROW_COUNT_MAX),
      progress: new ProgressPublisher(publisher, names, this.instance),
      maps: () => this.mapsState.maps(),
      settings: {
        chunkRowCountMax: settings.CHUNK_ROW_COUNT_MAX,
        readsPerSideMax: settings.READS_PER_SIDE_MAX,
        answerTimeoutMs: settings.ANSWER_TIMEOUT_MS,
        rowsPerSecondMax: settings.READ_ROWS_PER_SECOND_MAX || null,
      },
    });
  }

  async start(): Promise<void> {
    this.outbox.start();
    const onNews = (): void => this.worker.wake();
    // Both are known whole before anything is decided: what looks unanswered or new may be neither.
    await this.mapsState.start();
    await followStatus({
      link: this.link,
      names: this.names,
      service: 'initial-sync',
      instance: this.instance,
      // One that does not decode is like one that did not come: the chunk is asked for again.
      onStatus: (status) => {
        if (this.watch.note(status)) onNews();
      },
    });
    this.mapsState.onChange(onNews);
    this.worker.start(die);
  }

  /** The two tables of a map, as far as the map is known. */
  tablesOf(map: string): PlannedMap['table'] | undefined {
    return planMaps(this.mapsState.maps()).maps.get(map)?.table;
  }

  async onModuleDestroy(): Promise<void> {
    await this.worker.stop();
    await this.outbox.stop();
    await this.mapsState.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.database.destroy();
  }
}

/** Going on without it would stand still without a word: the process ends and is started again. */
function die(error: unknown): never {
  log.error('initial_sync.failed', { error });
  process.exit(1);
}
