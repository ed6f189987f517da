import { decodeMessage, UndecodableMessage, type MapRecord, type Names } from '@dualwrite/events';
import type { CompactedReader, CompactedRecord, KafkaLink } from '@dualwrite/kafka';
import { log } from '@dualwrite/telemetry';

export interface MapChange {
  readonly name: string;
  /** `null`: the map was removed. */
  readonly record: MapRecord | null;
  /** What was known before; `null` for a map that is new here. */
  readonly before: MapRecord | null;
}
export type MapListener = (change: MapChange) => void;

export interface MapsStateOptions {
  readonly link: Pick<KafkaLink, 'readCompacted'>;
  readonly names: Names;
  readonly service: string;
  readonly instance: string;
  /** Only these maps (setting MAPS); empty: all. */
  readonly only?: readonly string[];
}

/** All map records of `dw.maps`, kept up to date: read whole at the start, then followed. */
export class MapsState {
  private readonly records = new Map<string, MapRecord>();
  /** When a removed map was last changed: a read from the start after a reconnect must not revive it. */
  private readonly removedAt = new Map<string, string>();
  private readonly listeners = new Set<MapListener>();
  private reader: CompactedReader | undefined;
  private isCaughtUp = false;

  constructor(private readonly options: MapsStateOptions) {}

  /** Resolves once everything that was there has been read; changes until then are not announced. */
  async start(): Promise<void> {
    const { link, names, service, instance } = this.options;
    this.reader = await link.readCompacted({
      topic: names.maps,
      groupPrefix: `${names.serviceGroup(service)}.${instance}.state`,
      onRecord: (record) => this.take(record),
    });
    await this.reader.caughtUp;
    this.isCaughtUp = true;
  }

  maps(): MapRecord[] {
    return [...this.records.values()];
  }

  find(name: string): MapRecord | undefined {
    return this.records.get(name);
  }

  /** Called for each change after the start. Returns what ends it. */
  onChange(listener: MapListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async stop(): Promise<void> {
    this.listeners.clear();
    await this.reader?.close();
  }

  private take(message: CompactedRecord): void {
    const name = message.key;
    const { only = [] } = this.options;
    if (name === null || (only.length > 0 && !only.includes(name))) return;
    const record = message.value === null ? null : decodeMap(message);
    if (record === undefined) return;
    const before = this.records.get(name) ?? null;
    // After a reconnect the topic is read from its start again: what is older than known is no change.
    if (record !== null && before !== null && !isNewer(record, before)) return;
    if (record !== null && record.changedAt <= (this.removedAt.get(name) ?? '')) return;
    if (record !== null) this.records.set(name, record);
    else if (before !== null) {
      this.records.delete(name);
      this.removedAt.set(name, before.changedAt);
    }
    if (this.isCaughtUp && (record !== null || before !== null)) this.announce({ name, record, before });
  }

  private announce(change: MapChange): void {
    for (const listener of this.listeners) listener(change);
  }
}

/** `undefined`: it does not decode. A bad record of one map must not stop the others: the last good one stays. */
function decodeMap(message: CompactedRecord): MapRecord | undefined {
  try {
    return decodeMessage(message, 'map').message;
  } catch (error) {
    if (!(error instanceof UndecodableMessage)) throw error;
    log.error('maps.undecodable', { map: message.key, offset: message.offset, error });
    return undefined;
  }
}

/** console is the only writer, and every change of a record raises its time, version or epoch. */
function isNewer(record: MapRecord, before: MapRecord): boolean {
  if (record.runEpoch !== before.runEpoch) return record.runEpoch > before.runEpoch;
  if (record.version !== before.version) return record.version > before.version;
  return record.changedAt > before.changedAt;
}
