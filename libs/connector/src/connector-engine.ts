import { pause } from '@dualwrite/persistence';
import type { BatchStrategy } from '@dualwrite/kafka';
import { MAPPER_STORE } from '@dualwrite/events';
import type { MapsState, StoreBeats, StoreLife } from '@dualwrite/service';
import { DependencyRefused, DependencyUnavailable, log, SideUnavailable } from '@dualwrite/telemetry';
import type { DataSource } from 'typeorm';
import type { BudgetRunner } from './budgets/budget-runner';
import type { ConnectorHealth } from './connector-health';
import type { ConnectorIdentity } from './connector-identity';
import type { EnvironmentGuard } from './environment-guard';
import type { FeedNudges } from './feeds/feed-nudges';
import type { FeedRunner } from './feeds/feed-runner';
import { toldMarks, type RegisterRestore } from './register/register-restore';
import type { RequestTidier } from './requests/request-tidier';
import { openMarks } from './register/open-marks';
import type { TrackedTables } from './tables/tracked-tables';
import type { BegunWrites } from './writes/begun-writes';
import type { DeferredRunner } from './writes/deferred-runner';
import type { RunEpochs } from './writes/run-epochs';
import type { RunStatus } from './writes/run-status';

export interface ConnectorEngineParts {
  readonly identity: ConnectorIdentity;
  readonly health: ConnectorHealth;
  readonly beats: StoreBeats;
  readonly life: StoreLife;
  readonly restore: RegisterRestore;
  readonly guard: EnvironmentGuard;
  readonly maps: MapsState;
  readonly runs: RunEpochs;
  readonly begun: BegunWrites;
  /** The schema. */
  readonly store: string;
  readonly database: DataSource;
  readonly status: RunStatus;
  readonly tables: TrackedTables;
  readonly feeds: FeedRunner;
  readonly nudges: FeedNudges;
  readonly deferred: DeferredRunner;
  readonly budgets: BudgetRunner;
  readonly tidier: RequestTidier;
  readonly strategy: BatchStrategy;
  readonly writeConcurrencyMax: number;
}

const AGAIN_MS = 2_000;

/** Starts and ends the parts of a connector in their order, and follows the maps. */
export class ConnectorEngine {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private following: Promise<void> = Promise.resolve();
  private isAdmitted = false;
  private attachedTopics: readonly string[] = [];

  constructor(
    private readonly parts: ConnectorEngineParts,
    private readonly onCrash: (error: unknown) => void,
  ) {}

  /** First of all, before the outbox: a restored database has a past that must not be published. */
  async open(): Promise<void> {
    const { life, restore, beats, runs, store } = this.parts;
    await life.open(async (runner, { isRestored }) => {
      const marks = toldMarks(beats, store);
      await restore.atOpening(runner, { isRestored, marks });
      if (isRestored) log.info('register.marks_told', { store, begunCount: marks?.begun.length ?? null });
    });
    const follow = (): void => runs.takeMapperEpoch(beats.told(MAPPER_STORE)?.epoch ?? 0);
    beats.onChange(follow);
    follow();
  }

  /**
   * Resolves once the maps are known and their runs are taken over. The side need not be there: everything that
   * touches it begins when it is, and is the environment that the register knows.
   */
  async start(): Promise<void> {
    const { maps, runs, status, life } = this.parts;
    life.start(this.onCrash);
    await maps.start();
    for (const record of maps.maps()) runs.take(record);
    maps.onChange(({ record }) => {
      if (record !== null) runs.take(record);
      this.follow();
    });
    status.start();
    this.parts.budgets.start();
    this.parts.nudges.start();
    this.running = this.begin().catch(this.onCrash);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    const { maps, status, feeds, deferred, strategy } = this.parts;
    await this.running;
    await this.following;
    await Promise.all(strategy.attachedGroups().map((group) => strategy.detach(group)));
    await this.parts.nudges.stop();
    await feeds.stop();
    await deferred.stop();
    await this.parts.tidier.stop();
    await this.parts.budgets.stop();
    await status.stop();
    await maps.stop();
    await this.parts.life.stop();
  }

  private async begin(): Promise<void> {
    const { guard, deferred, strategy, identity } = this.parts;
    const isAdmitted = await guard.admit(this.stopping.signal);
    if (!isAdmitted || this.stopping.signal.aborted) return;
    await this.restore();
    this.isAdmitted = !this.stopping.signal.aborted;
    this.follow();
    await this.following;
    if (this.stopping.signal.aborted) return;
    deferred.start(this.onCrash);
    this.parts.tidier.start(this.onCrash);
    await strategy.attach('requests', {
      group: identity.group('requests'),
      topics: [identity.names.requests(identity.side)],
    });
  }

  /** Rule 23: nothing is observed or written before the past of a restored register is over. */
  private async restore(): Promise<void> {
    const { restore, life, health } = this.parts;
    const { signal } = this.stopping;
    health.set('the register is made ready after a restore');
    await restore.complete(life.epoch, signal);
    await life.settled(signal);
    const { begun, database } = this.parts;
    begun.marksFromEpoch = await restore.marksFromEpoch();
    begun.inherit(await openMarks(database));
    await life.heard(signal);
    health.set(null);
  }

  /** Once per change of the maps, one after the other; the newest state is read at its turn. */
  private follow(): void {
    if (!this.isAdmitted) return;
    this.following = this.following.then(() => this.takeOver()).catch(this.onCrash);
  }

  private async takeOver(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await this.parts.tables.update(this.parts.maps.maps());
        await this.parts.feeds.serve(this.parts.tables.current());
        await this.attachWrites();
        return;
      } catch (error) {
        const mayPass = error instanceof SideUnavailable || error instanceof DependencyUnavailable;
        if (!mayPass && !(error instanceof DependencyRefused)) throw error;
        log.warn('tables.not_taken_over', { error });
        await pause(AGAIN_MS, signal);
      }
    }
  }

  private async attachWrites(): Promise<void> {
    const { identity, strategy, tables, writeConcurrencyMax } = this.parts;
    const topics = tables
      .current()
      .map(({ table }) => identity.names.writes(identity.side, table))
      .sort();
    if (topics.join() === this.attachedTopics.join()) return;
    const group = identity.group('writes');
    await strategy.detach(group);
    this.attachedTopics = [];
    if (topics.length === 0) return;
    await strategy.attach('writes', { group, topics, concurrency: writeConcurrencyMax });
    this.attachedTopics = topics;
  }
}
