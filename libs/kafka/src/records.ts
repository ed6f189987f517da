/** What goes out. The key decides the partition (murmur2), unless `partition` says otherwise. */
export interface OutgoingRecord {
  readonly topic: string;
  /** Without a key and without `partition` the record goes to partition 0: order must never hang on chance. */
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly partition?: number;
}

/** What comes in. Offsets are 64-bit: decimal strings. */
export interface KafkaRecord {
  readonly offset: string;
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds since 1970, as Kafka says it; LogAppendTime on our topics. */
  readonly timestamp: string;
}

/** The part of one fetch of one partition that a handler gets at once. */
export interface RecordBatch {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly KafkaRecord[];
  /** Offset that the next produced record of the partition will get. */
  readonly highWatermark: string;
  /** Records up to this offset, it included, are done: they do not come again even if the handler throws later. */
  resolved(offset: string): void;
  /** Heartbeats go out by themselves while a handler runs; this sends one now. */
  heartbeat(): Promise<void>;
  /** The partition is no longer this replica's, or soon will not be: finish quickly or throw StaleBatch. */
  isStale(): boolean;
}

/** Thrown by a handler that stops because `isStale()` said so: nothing more of the batch is committed, nothing is wrong. */
export class StaleBatch extends Error {
  readonly code = 'stale-batch';
}

export interface TopicPartitionOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
}
