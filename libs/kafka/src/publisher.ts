import { CompressionTypes, Partitioners, type Kafka, type Producer, type TopicMessages } from 'kafkajs';
import { counter, DependencyRefused, type PipelineError } from '@dualwrite/telemetry';
import { untilDeadline } from './until-deadline';
import { translateKafkaError } from './kafka-errors';
import type { OutgoingRecord } from './records';

/** What the outbox and the heartbeat need of a publisher. */
export interface RecordPublisher {
  publish(records: readonly OutgoingRecord[], options?: PublishOptions): Promise<void>;
}

export interface PublishOptions {
  /** Once aborted, nothing is tried again: the caller is no longer the one who may publish these. */
  readonly signal?: AbortSignal;
}

interface WaitingCall {
  readonly records: readonly OutgoingRecord[];
  readonly signal: AbortSignal | undefined;
  readonly endsAt: number;
  readonly resolve: () => void;
  readonly reject: (error: PipelineError) => void;
}

/** One request: a partition's part of it must stay below the topics' max.message.bytes. */
const REQUEST_BYTES_MAX = 1_000_000;
const REQUEST_RECORD_COUNT_MAX = 5_000;
const ACK_TIMEOUT_MS = 10_000;
const OVERHEAD_BYTES = 100;
/** How long a call is tried; whoever publishes has its own record of what is not yet out. */
const TRY_MS_MAX = 20_000;
const RETRY_MS_MIN = 100;
const RETRY_MS_MAX = 2_000;

const published = counter('messaging.client.sent.messages', '{message}', 'Records acknowledged by Kafka');

/**
 * Idempotent producer, acks from all replicas. Calls made while a request is under way, or in the same turn of the
 * event loop, travel together in the next one: no call waits for a timer, and order is the order of the calls.
 */
export class Publisher implements RecordPublisher {
  private producer: Promise<Producer> | undefined;
  private waiting: WaitingCall[] = [];
  private draining: Promise<void> | undefined;
  private isClosed = false;

  constructor(
    private readonly kafka: Kafka,
    private readonly connectTimeoutMs: number,
  ) {}

  /**
   * Resolves once all replicas have the records.
   *
   * @throws {DependencyUnavailable} Kafka is away; records may or may not have arrived
   * @throws {DependencyRefused} missing topic, record too large, no permission
   */
  publish(records: readonly OutgoingRecord[], { signal }: PublishOptions = {}): Promise<void> {
    if (records.length === 0) return Promise.resolve();
    if (this.isClosed) return Promise.reject(new DependencyRefused('Kafka: the publisher is closed'));
    return new Promise((resolve, reject) => {
      this.waiting.push({ records, signal, endsAt: Date.now() + TRY_MS_MAX, resolve, reject });
      this.draining ??= this.drain();
    });
  }

  /** Connects ahead of the first record. */
  async connect(): Promise<void> {
    await this.connected();
  }

  /** Sends what waits, then disconnects. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.draining;
    await this.discardProducer();
  }

  private async drain(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (this.waiting.length > 0) await this.sendUntilSettled(this.takeCalls());
    this.draining = undefined;
  }

  /**
   * Tries again as long as Kafka may come back. All records go again in the same order, and nothing later goes before
   * them: some may then be there twice, but the last record of a key stays the last.
   */
  private async sendUntilSettled(calls: readonly WaitingCall[]): Promise<void> {
    let left = calls;
    for (let waitMs = RETRY_MS_MIN; left.length > 0; waitMs = Math.min(waitMs * 2, RETRY_MS_MAX)) {
      const failure = await this.trySend(left);
      if (failure === undefined) {
        for (const call of left) call.resolve();
        return;
      }
      // One call's refused record must not fail its neighbours: they are sent again, each for itself.
      if (!failure.retryable && left.length > 1) {
        for (const call of left) await this.sendUntilSettled([call]);
        return;
      }
      const over = left.filter(
        ({ signal, endsAt }) =>
          !failure.retryable || signal?.aborted === true || Date.now() + waitMs > endsAt,
      );
      for (const call of over) call.reject(failure);
      left = left.filter((call) => !over.includes(call));
      if (left.length > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }

  private async trySend(calls: readonly WaitingCall[]): Promise<PipelineError | undefined> {
    try {
      await this.send(calls.flatMap(({ records }) => records));
      return undefined;
    } catch (error) {
      return translateKafkaError(error, 'publish');
    }
  }

  private takeCalls(): WaitingCall[] {
    let bytes = 0;
    let recordCount = 0;
    let callCount = 0;
    for (const { records } of this.waiting) {
      bytes += records.reduce((sum, record) => sum + sizeOf(record), 0);
      recordCount += records.length;
      if (callCount > 0 && (bytes > REQUEST_BYTES_MAX || recordCount > REQUEST_RECORD_COUNT_MAX)) break;
      callCount += 1;
    }
    return this.waiting.splice(0, callCount);
  }

  private async send(records: readonly OutgoingRecord[]): Promise<void> {
    const producer = await this.connected();
    try {
      for (const part of requestParts(records)) {
        await producer.sendBatch({
          acks: -1,
          timeout: ACK_TIMEOUT_MS,
          compression: CompressionTypes.None,
          topicMessages: byTopic(part),
        });
        published.add(part.length);
      }
    } catch (error) {
      // After a failed send the client takes its sequence numbers back although the broker may have stored the
      // records. New records under the same numbers would be acknowledged as duplicates and dropped: a new
      // producer gets a new id (kafkajs 2.2.4, producer/sendMessages.js).
      await this.discardProducer();
      throw error;
    }
  }

  private connected(): Promise<Producer> {
    if (this.producer === undefined) {
      const connecting = this.connectProducer();
      this.producer = connecting;
      connecting.catch(() => {
        if (this.producer === connecting) this.producer = undefined;
      });
    }
    return this.producer;
  }

  private async connectProducer(): Promise<Producer> {
    return untilDeadline('connect a producer', this.connectTimeoutMs, async () => {
      const producer = this.kafka.producer({
        createPartitioner: Partitioners.DefaultPartitioner,
        idempotent: true,
        maxInFlightRequests: 1,
        allowAutoTopicCreation: false,
        // Few and short: the rest is ours (sendUntilSettled), where it can be given up.
        retry: { initialRetryTime: 50, maxRetryTime: 1_000, retries: 4 },
      });
      await producer.connect();
      return producer;
    });
  }

  private async discardProducer(): Promise<void> {
    const producer = this.producer;
    this.producer = undefined;
    if (producer === undefined) return;
    await producer.then((connected) => connected.disconnect()).catch(() => undefined);
  }
}

function* requestParts(records: readonly OutgoingRecord[]): Generator<OutgoingRecord[]> {
  let part: OutgoingRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    const size = sizeOf(record);
    if (part.length > 0 && (bytes + size > REQUEST_BYTES_MAX || part.length >= REQUEST_RECORD_COUNT_MAX)) {
      yield part;
      part = [];
      bytes = 0;
    }
    part.push(record);
    bytes += size;
  }
  if (part.length > 0) yield part;
}

function byTopic(records: readonly OutgoingRecord[]): TopicMessages[] {
  const topics = new Map<string, TopicMessages>();
  for (const { topic, key, value, headers, partition } of records) {
    const messages = topics.get(topic) ?? { topic, messages: [] };
    topics.set(topic, messages);
    messages.messages.push({
      key,
      value,
      headers: { ...headers },
      partition: partition ?? (key === null ? 0 : undefined),
    });
  }
  return [...topics.values()];
}

function sizeOf({ key, value }: OutgoingRecord): number {
  return OVERHEAD_BYTES + (key?.length ?? 0) + (value?.length ?? 0);
}
