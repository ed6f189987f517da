import { encodeMessage, type Names, type StoreBeat } from '@dualwrite/events';
import {
  appendOutbox,
  beginStoreEpoch,
  countStoreBeat,
  inTransaction,
  lockStoreEpoch,
  storeSettlesInMs,
  pause,
  type StoreEpoch,
} from '@dualwrite/persistence';
import {
  DependencyUnavailable,
  InvariantBroken,
  log,
  startChange,
  TRACEPARENT_HEADER,
} from '@dualwrite/telemetry';
import type { DataSource, QueryRunner } from 'typeorm';
import { isBehind, judgeStore } from './judge-store';
import type { StoreBeats } from './store-beats';

const BEAT_MS = 2_000;

export interface StoreLifeOptions {
  readonly database: DataSource;
  readonly beats: StoreBeats;
  readonly names: Names;
  /** The schema. */
  readonly store: string;
  readonly service: string;
  readonly instance: string;
  /** After this long nothing that was begun before a restore can have an effect any more. */
  readonly settleMs: number;
  readonly beatMs?: number;
  /** Of a connector: see StoreBeat. */
  readonly confirmedMapperEpoch?: () => number;
}

export interface OpenedStore {
  readonly epoch: number;
  readonly isRestored: boolean;
}

/**
 * Tells a database that was restored from one that was merely restarted. Every replica counts in the database and says
 * on Kafka how far it has come; a database that is behind its own word has forgotten something, and gets a new epoch.
 */
export class StoreLife {
  private newest: StoreEpoch | undefined;
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly options: StoreLifeOptions) {}

  /** @throws {InvariantBroken} it was not opened yet */
  get epoch(): number {
    if (this.newest === undefined) throw new InvariantBroken('the store was not opened yet');
    return this.newest.epoch;
  }

  /**
   * To be called before anything relies on the database, its outbox included.
   *
   * @param atOpening what else has to be done in the same transaction
   */
  async open(atOpening: (runner: QueryRunner, opened: OpenedStore) => Promise<void>): Promise<OpenedStore> {
    const { database, beats, store, settleMs } = this.options;
    await beats.start();
    return inTransaction(database, async (runner) => {
      const stored = await lockStoreEpoch(runner);
      const told = beats.told(store);
      const verdict = judgeStore(stored, told);
      if (verdict.kind === 'restored') {
        log.warn('store.restored', { store, stored, told, epoch: verdict.next.epoch });
        await beginStoreEpoch(runner, verdict.next, settleMs);
      }
      this.newest = verdict.kind === 'restored' ? verdict.next : stored;
      const opened = { epoch: this.newest.epoch, isRestored: verdict.kind === 'restored' };
      await atOpening(runner, opened);
      return opened;
    });
  }

  /** Until nothing of the life before a restore can have an effect any more; at once if that is over. */
  async settled(signal: AbortSignal): Promise<void> {
    const runner = this.options.database.createQueryRunner();
    const ms = await storeSettlesInMs(runner).finally(() => runner.release());
    if (ms > 0) await pause(ms, signal);
  }

  /** @param onSetBack the database was exchanged under our feet: what is in memory is of another one, the process must end */
  start(onSetBack: (error: Error) => void): void {
    this.running = this.beatOn(onSetBack);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await this.options.beats.stop();
  }

  private async beatOn(onSetBack: (error: Error) => void): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await this.beat();
      } catch (error) {
        if (!(error instanceof DependencyUnavailable)) return onSetBack(error as Error);
        log.warn('store.beat_failed', { store: this.options.store, error });
      }
      await pause(this.options.beatMs ?? BEAT_MS, signal);
    }
  }

  /** Through the outbox: it comes behind all that this replica has stored before. */
  private async beat(): Promise<void> {
    const { database, names, store, service, instance, confirmedMapperEpoch } = this.options;
    const confirmed = confirmedMapperEpoch?.();
    const before = this.newest;
    const now = await inTransaction(database, async (runner) => {
      const counted = await countStoreBeat(runner);
      if (
        counted === undefined ||
        before === undefined ||
        counted.epoch !== before.epoch ||
        !isBehind(before, counted)
      ) {
        throw new InvariantBroken('the database was exchanged under a running process', {
          store,
          before,
          counted,
        });
      }
      const beat: StoreBeat = {
        store,
        service,
        instance,
        ...counted,
        ...(confirmed === undefined ? {} : { confirmedMapperEpoch: confirmed }),
        at: new Date().toISOString(),
      };
      const { value, headers } = encodeMessage('store-beat', beat);
      await appendOutbox(runner, [
        {
          topic: names.stores,
          key: `${store}/${instance}`,
          value,
          headers: { ...headers, [TRACEPARENT_HEADER]: startChange() },
        },
      ]);
      return counted;
    });
    this.newest = now;
  }
}
