import {
  decodeMessage,
  UndecodableMessage,
  type BegunWrite,
  type Names,
  type StoreBeat,
} from '@dualwrite/events';
import type { CompactedReader, CompactedRecord, KafkaLink } from '@dualwrite/kafka';
import type { StoreEpoch } from '@dualwrite/persistence';
import { log } from '@dualwrite/telemetry';
import { isBehind } from './judge-store';

/** A replica of a connector or mapper that has said nothing for so long counts as gone. */
const REPLICA_ALIVE_MS = 15_000;

export interface StoreBeatsOptions {
  readonly link: Pick<KafkaLink, 'readCompacted'>;
  readonly names: Names;
  readonly service: string;
  readonly instance: string;
}

/** Everything that replicas say of their databases on `dw.stores`: read whole at the start, then followed. */
export class StoreBeats {
  private readonly newest = new Map<string, { readonly beat: StoreBeat; heardAtMs: number }>();
  private readonly listeners = new Set<() => void>();
  private reader: CompactedReader | undefined;

  constructor(private readonly options: StoreBeatsOptions) {}

  /** Resolves once everything that was there has been read. */
  async start(): Promise<void> {
    const { link, names, service, instance } = this.options;
    this.reader = await link.readCompacted({
      topic: names.stores,
      groupPrefix: `${names.serviceGroup(service)}.${instance}.stores`,
      onRecord: (record) => this.take(record),
    });
    await this.reader.caughtUp;
  }

  /** The highest word on a database, by whichever replica; null: nobody ever spoke of it. */
  told(store: string): StoreEpoch | null {
    let highest: StoreEpoch | null = null;
    for (const { beat } of this.newest.values()) {
      if (beat.store === store && (highest === null || isBehind(highest, beat))) highest = beat;
    }
    return highest && { epoch: highest.epoch, beat: highest.beat };
  }

  /**
   * What the replicas of that life of a store had begun when they ended; null: one of them ended without a word, or has
   * not ended.
   */
  begun(store: string, epoch: number): readonly BegunWrite[] | null {
    const lastWords = [...this.newest.values()]
      .filter(({ beat }) => beat.store === store && beat.epoch === epoch)
      .map(({ beat }) => beat.begun);
    const said = lastWords.filter((begun) => begun !== undefined);
    return said.length > 0 && said.length === lastWords.length ? said.flat() : null;
  }

  /** The newest word of one replica. */
  of(store: string, instance: string): StoreBeat | undefined {
    return this.newest.get(`${store}/${instance}`)?.beat;
  }

  /**
   * Replicas of a store that may be at work. One that has not spoken since we listen counts as alive for a while: we
   * have just not heard it yet. By our own clock, from when we heard it.
   */
  alive(store: string, nowMs: number): readonly StoreBeat[] {
    return [...this.newest.values()]
      .filter(({ beat }) => beat.store === store && beat.begun === undefined)
      .filter(({ heardAtMs }) => nowMs - heardAtMs < REPLICA_ALIVE_MS)
      .map(({ beat }) => beat);
  }

  onChange(listener: () => void): void {
    this.listeners.add(listener);
  }

  async stop(): Promise<void> {
    this.listeners.clear();
    await this.reader?.close();
  }

  private take(record: CompactedRecord): void {
    const beat = decodeBeat(record);
    if (beat === undefined) return;
    const key = `${beat.store}/${beat.instance}`;
    const known = this.newest.get(key);
    // After a reconnect the topic is read from its start again: an older word is no news.
    if (known !== undefined && !isLater(beat, known.beat)) return;
    this.newest.set(key, { beat, heardAtMs: Date.now() });
    for (const listener of this.listeners) listener();
  }
}

/** A last word counts no further: it is said beside the database. */
function isLater(beat: StoreBeat, known: StoreBeat): boolean {
  if (isBehind(known, beat)) return true;
  return beat.begun !== undefined && known.begun === undefined && !isBehind(beat, known);
}

function decodeBeat(record: CompactedRecord): StoreBeat | undefined {
  if (record.value === null) return undefined;
  try {
    return decodeMessage(record, 'store-beat').message;
  } catch (error) {
    // One bad word must not keep every service from starting.
    if (!(error instanceof UndecodableMessage)) throw error;
    log.warn('store_beat.undecodable', { key: record.key, offset: record.offset, error });
    return undefined;
  }
}
