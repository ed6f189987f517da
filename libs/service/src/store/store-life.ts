import { encodeMessage, type BegunWrite, type Names, type StoreBeat } from '@dualwrite/events';
import {
  appendOutbox,
  beginStoreEpoch,
  countStoreBeat,
  inTransaction,
  lockStoreEpoch,
  readStoreEpoch,
  storeSettlesInMs,
  pause,
  type OutboxRecord,
  type SqlExecutor,
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

/** What a replica has begun and may take with it when it ends (rule 23). */
export interface BegunBook {
  /** What is answered by now is published before what is stored from now on; the function is called once that was heard. */
  cut(): () => void;
  /** Nothing is begun from here on. Null: it cannot be told. */
  lastWord(): readonly BegunWrite[] | null;
}

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
  readonly begun?: BegunBook;
}

interface UnheardBeat extends StoreEpoch {
  readonly forget: readonly (() => void)[];
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
  private unheard: readonly UnheardBeat[] = [];
  /** Of beats that are not counted yet. */
  private uncounted: readonly (() => void)[] = [];
  private isHeard = false;
  private resolveHeard: () => void = () => undefined;
  private readonly firstHeard = new Promise<void>((resolve) => {
    this.resolveHeard = resolve;
  });
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

  /**
   * In every transaction that builds on what is in memory: between two beats nobody else would notice that an older state of
   * the database was put under our feet, and what is stored on top of it would hide what it has forgotten.
   *
   * @throws {DependencyUnavailable} it is not the one that we know; the next beat ends the process
   */
  async recognise(executor: SqlExecutor): Promise<void> {
    const { newest } = this;
    const stored = await readStoreEpoch(executor);
    if (newest && stored && stored.epoch === newest.epoch && !isBehind(stored, newest)) return;
    const { store } = this.options;
    throw new DependencyUnavailable('the database was exchanged under a running process', {
      store,
      newest,
      stored,
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
    this.options.beats.onChange(() => this.listen());
    this.running = this.beatOn(onSetBack);
  }

  /**
   * Once a word of this very process is on Kafka: all that was in the outbox when it started is, too, and whoever finds
   * the database set back knows of this process.
   */
  async heard(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const aborted = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.race([this.firstHeard, aborted]);
  }

  /** Says what this replica has begun; not through the outbox, for the database may be another one by now. */
  async sayLastWord(publish: (records: readonly OutboxRecord[]) => Promise<void>): Promise<void> {
    const begun = this.options.begun?.lastWord() ?? null;
    // Not heard yet: what those before this process have left may be unpublished.
    if (begun === null || this.newest === undefined || !this.isHeard) return;
    await publish([this.recordOf({ ...this.newest, begun })]);
    log.info('store.last_word', { store: this.options.store, begunCount: begun.length });
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
    const { database, store, confirmedMapperEpoch } = this.options;
    const confirmed = confirmedMapperEpoch?.();
    const before = this.newest;
    const cut = this.options.begun?.cut();
    const forget = cut ? [...this.uncounted, cut] : [];
    this.uncounted = forget;
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
      const said = confirmed === undefined ? {} : { confirmedMapperEpoch: confirmed };
      await appendOutbox(runner, [this.recordOf({ ...counted, ...said })]);
      return counted;
    });
    this.newest = now;
    this.uncounted = [];
    this.unheard = [...this.unheard, { ...now, forget }];
    this.listen();
  }

  private recordOf(word: StoreEpoch & Pick<StoreBeat, 'begun' | 'confirmedMapperEpoch'>): OutboxRecord {
    const { names, store, service, instance } = this.options;
    const beat: StoreBeat = { store, service, instance, ...word, at: new Date().toISOString() };
    const { value, headers } = encodeMessage('store-beat', beat);
    return {
      topic: names.stores,
      key: `${store}/${instance}`,
      value,
      headers: { ...headers, [TRACEPARENT_HEADER]: startChange() },
    };
  }

  /** A beat of ours on Kafka: all that was stored before it is there, too. */
  private listen(): void {
    const { beats, store, instance } = this.options;
    const word = beats.of(store, instance);
    if (word === undefined) return;
    const isPublished = (beat: UnheardBeat): boolean => !isBehind(word, beat);
    const published = this.unheard.filter(isPublished);
    if (published.length === 0) return;
    this.unheard = this.unheard.filter((beat) => !isPublished(beat));
    for (const over of published.flatMap(({ forget }) => forget)) over();
    this.isHeard = true;
    this.resolveHeard();
  }
}
