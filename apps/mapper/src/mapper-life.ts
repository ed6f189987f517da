import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { Names } from '@dualwrite/events';
import { OutboxPublisher } from '@dualwrite/persistence';
import { MapsState, StoreLife } from '@dualwrite/service';
import { log } from '@dualwrite/telemetry';
import { DataSource } from 'typeorm';
import { OperationRunner } from './operations/operation-runner';
import { Redriver } from './redrive/redriver';
import { ReferenceFeed } from './references/reference-feed';
import { CatchUp } from './restore/catch-up';
import { openMapperStore } from './restore/mapper-store';
import { MapRuns } from './runs/map-runs';
import { CHANGES_POOL, NAMES } from './settings';
import { StatusReporter } from './status/status-reporter';

/** Starts the parts in the order in which they need each other, and ends them in the opposite one. */
@Injectable()
export class MapperLife implements BeforeApplicationShutdown {
  private isStarted = false;

  constructor(
    private readonly maps: MapsState,
    private readonly runs: MapRuns,
    private readonly references: ReferenceFeed,
    private readonly redriver: Redriver,
    private readonly status: StatusReporter,
    private readonly outbox: OutboxPublisher,
    private readonly database: DataSource,
    private readonly life: StoreLife,
    private readonly catchUp: CatchUp,
    private readonly operations: OperationRunner,
    @Inject(CHANGES_POOL) private readonly changes: DataSource,
    @Inject(NAMES) private readonly names: Names,
  ) {}

  async start(): Promise<void> {
    this.isStarted = true;
    await this.maps.start();
    const { names, maps } = this;
    // Before the outbox: a restored database has a past that must not be published.
    await this.life.open((runner, opened) => openMapperStore(runner, opened, { names, maps: maps.maps() }));
    this.outbox.start();
    this.life.start(fatal);
    this.runs.start(() => {
      this.references.refresh(fatal);
      this.redriver.kick();
      this.status.kick();
    }, fatal);
    this.redriver.start(fatal);
    this.catchUp.start(fatal);
    this.operations.start();
    this.status.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (!this.isStarted) return;
    await this.maps.stop();
    await this.operations.stop();
    await this.catchUp.stop();
    await this.redriver.stop();
    await this.references.stop();
    await this.runs.stop();
    await this.status.stop();
    await this.life.stop();
    await this.outbox.stop();
    await this.changes.destroy();
    await this.database.destroy();
  }
}

/** A state that nobody has thought of: the process ends and is started anew, nothing is guessed. */
function fatal(error: unknown): void {
  log.error('mapper.failed', { error });
  process.exit(1);
}
