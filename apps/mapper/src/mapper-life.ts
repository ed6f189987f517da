import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { OutboxPublisher } from '@dualwrite/persistence';
import { MapsState } from '@dualwrite/service';
import { log } from '@dualwrite/telemetry';
import { DataSource } from 'typeorm';
import { Redriver } from './redrive/redriver';
import { ReferenceFeed } from './references/reference-feed';
import { MapRuns } from './runs/map-runs';
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
  ) {}

  async start(): Promise<void> {
    this.isStarted = true;
    this.outbox.start();
    await this.maps.start();
    this.runs.start(() => {
      this.references.refresh(fatal);
      this.redriver.kick();
      this.status.kick();
    }, fatal);
    this.redriver.start(fatal);
    this.status.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (!this.isStarted) return;
    await this.maps.stop();
    await this.redriver.stop();
    await this.references.stop();
    await this.runs.stop();
    await this.status.stop();
    await this.outbox.stop();
    await this.database.destroy();
  }
}

/** A state that nobody has thought of: the process ends and is started anew, nothing is guessed. */
function fatal(error: unknown): void {
  log.error('mapper.failed', { error });
  process.exit(1);
}
