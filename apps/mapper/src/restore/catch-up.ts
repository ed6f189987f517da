import { Inject, Injectable } from '@nestjs/common';
import { SIDES, type Names } from '@dualwrite/events';
import { KafkaLink } from '@dualwrite/kafka';
import { appendOutbox, inTransaction, Leases, pause } from '@dualwrite/persistence';
import { StoreBeats } from '@dualwrite/service';
import { DependencyUnavailable, log, startChange } from '@dualwrite/telemetry';
import { DataSource } from 'typeorm';
import { Examiner } from '../examine/examiner';
import { isReached, PositionStore, type Position } from '../positions/position-store';
import { Redriver } from '../redrive/redriver';
import { referenceColumns } from '../references/reference-columns';
import { REFERENCES_OWNER } from '../references/reference-feed';
import type { MapRun } from '../runs/map-run';
import { MapRuns } from '../runs/map-runs';
import { MAPPER_SETTINGS, NAMES, type MapperSettings } from '../settings';
import { CatchUpGate } from './catch-up-gate';
import { stillAtWork } from './old-runs';
import { storeJournalRecord } from './store-journal';

const LEASE_MS = 10_000;

/**
 * A mapper whose database was restored (rule 24): what its forgotten past has planned is stopped as for a pause; then all
 * that the topics hold is taken in; only then is anything planned, and what could only be guessed parks as `history-lost`.
 */
@Injectable()
export class CatchUp {
  private readonly gate = new CatchUpGate();
  private readonly positions = new PositionStore();
  private readonly stopping = new AbortController();
  private readonly leases: Leases;
  private readonly underWay = new Map<MapRun, Promise<void>>();
  private fail: (error: unknown) => void = () => undefined;
  private running: Promise<void> | undefined;

  constructor(
    private readonly database: DataSource,
    private readonly link: KafkaLink,
    private readonly runs: MapRuns,
    private readonly beats: StoreBeats,
    private readonly examiner: Examiner,
    private readonly redriver: Redriver,
    @Inject(NAMES) private readonly names: Names,
    @Inject(MAPPER_SETTINGS) private readonly settings: MapperSettings,
  ) {
    this.leases = new Leases(database);
  }

  start(onFatal: (error: unknown) => void): void {
    this.running = this.loop().catch(onFatal);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async loop(): Promise<void> {
    const { signal } = this.stopping;
    const failure = new Promise<never>((_, reject) => {
      this.fail = reject;
    });
    // Seen by the race below, if anybody still waits there.
    failure.catch(() => undefined);
    while (!signal.aborted) {
      for (const run of this.runs.all()) {
        // One map that cannot get on holds up no other.
        if (run.isCatchingUp && !this.underWay.has(run)) this.underWay.set(run, this.attempt(run));
      }
      await Promise.race([this.pause(), failure]);
    }
    await Promise.all(this.underWay.values());
  }

  /** An aborted wait is the end of the work, not an error. */
  private async pause(): Promise<void> {
    const { signal } = this.stopping;
    await pause(this.settings.POLL_INTERVAL_MS, signal);
  }

  private async attempt(run: MapRun): Promise<void> {
    const { signal } = this.stopping;
    try {
      // Another replica may do it, or have done it.
      await this.refresh(run);
      if (!run.isCatchingUp) return;
      const lease = `catch-up/${run.map}`;
      await this.leases.tryHold(lease, LEASE_MS, (held) => this.catchUp(run, held.signal), { signal });
    } catch (error) {
      if (!(error instanceof DependencyUnavailable)) return this.fail(error);
      log.warn('catch_up.interrupted', { map: run.map, error });
    } finally {
      this.underWay.delete(run);
    }
  }

  private async refresh(run: MapRun): Promise<void> {
    run.isCatchingUp = await inTransaction(this.database, (runner) =>
      this.gate.isCatchingUp(runner, run.map, run.mapperEpoch),
    );
    if (!run.isCatchingUp) this.redriver.kick();
  }

  /** May return at any point: the next round, on whichever replica, begins again. */
  private async catchUp(run: MapRun, signal: AbortSignal): Promise<void> {
    const isOver = (): boolean => signal.aborted || this.runs.ofGroup(run.group) !== run;
    const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
      while (!isOver() && !(await condition())) await this.pause();
    };
    let waitsFor = '';
    await until(() => {
      const missing = stillAtWork((store) => this.beats.alive(store, Date.now()), run.mapperEpoch);
      if (missing.length > 0 && missing.join() !== waitsFor) {
        log.info('catch_up.waiting', { map: run.map, missing });
      }
      waitsFor = missing.join();
      return missing.length === 0;
    });
    if (isOver()) return;
    // From here on nothing of the forgotten past can have an effect; what it had is in the topics.
    const ends = await this.endsOf(SIDES.map((side) => run.topics[side]));
    const referenceEnds = await this.endsOf(this.referenceTopics(run));
    await until(
      async () =>
        (await this.areTakenIn(run.map, ends)) && (await this.areTakenIn(REFERENCES_OWNER, referenceEnds)),
    );
    if (isOver()) return;
    await this.identify(run, isOver);
    if (isOver()) return;
    await this.finish(run);
  }

  private referenceTopics({ rules }: MapRun): string[] {
    return [...referenceColumns([rules]).keys()].map((table) => this.names.observations('dataverse', table));
  }

  private async endsOf(topics: readonly string[]): Promise<Position[]> {
    const ends: Position[] = [];
    for (const topic of topics) {
      for (const { partition, low, high } of await this.link.admin.topicOffsets(topic)) {
        if (BigInt(high) > BigInt(low)) ends.push({ topic, partition, nextOffset: high });
      }
    }
    return ends;
  }

  private async areTakenIn(owner: string, ends: readonly Position[]): Promise<boolean> {
    const runner = this.database.createQueryRunner();
    try {
      const positions = await this.positions.read(runner, owner);
      return ends.every((end) => isReached(positions, end));
    } finally {
      await runner.release();
    }
  }

  /** Rows whose company or key could not be told while the reference index was behind find their pairs before any is planned. */
  private async identify(run: MapRun, isOver: () => boolean): Promise<void> {
    let after = '00000000-0000-0000-0000-000000000000';
    while (!isOver()) {
      const rows = await this.database.query<{ pairId: string }[]>(
        `select pair_id as "pairId" from pair where map = $1 and pair_id > $2 and (key is null or rival)
         order by pair_id limit $3`,
        [run.map, after, this.settings.BATCH_COUNT_MAX],
      );
      const last = rows.at(-1);
      if (last === undefined) return;
      await this.examiner.work(run, {
        items: rows.map(({ pairId }) => ({
          kind: 'redrive',
          pairId,
          traceparent: startChange(),
          isBulk: true,
        })),
        slot: 'catch-up',
      });
      after = last.pairId;
    }
  }

  private async finish(run: MapRun): Promise<void> {
    await inTransaction(this.database, async (runner) => {
      await this.gate.end(runner, run.map, run.mapperEpoch);
      const said = {
        code: 'caught-up',
        severity: 'info',
        text: 'the topics are taken in; planning goes on',
      } as const;
      await appendOutbox(runner, [storeJournalRecord(this.names, run.map, said)]);
    });
    run.isCatchingUp = false;
    log.info('catch_up.done', { map: run.map, epoch: run.mapperEpoch });
    this.redriver.kick();
  }
}
