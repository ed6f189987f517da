import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { log, type PipelineError } from '@dualwrite/telemetry';
import type { GroupOptions } from './group-options';
import { translateKafkaError } from './kafka-errors';
import { untilDeadline } from './until-deadline';

export interface ClientEvents {
  readonly onJoin: (assignment: Readonly<Record<string, number[]>>) => void;
  readonly onHeartbeat: () => void;
  readonly onRebalancing: () => void;
  /** It is no longer a member; a new client follows by itself. */
  readonly onLost: () => void;
  /** The group cannot be joined any more. */
  readonly onRefused: (error: PipelineError) => void;
  readonly eachBatch: (payload: EachBatchPayload) => Promise<void>;
}

export type ClientSettings = Required<
  Pick<
    GroupOptions,
    'group' | 'topics' | 'concurrency' | 'sessionTimeoutMs' | 'fetchWaitMsMax' | 'fetchBytesMin'
  >
>;

export const HEARTBEAT_MS = 1_000;
const FETCH_BYTES_MAX = 4_194_304;
const PARTITION_FETCH_BYTES_MAX = 1_048_576;
const RESTART_AFTER_MS = 300;
/** Who stops a group must not wait for a broker that is away; what is left is ended behind its back. */
const STOP_MS_MAX = 1_000;

/**
 * The kafkajs consumer of one group. It is made anew when it has crashed, by us rather than by kafkajs (2.2.4): a
 * consumer that kafkajs starts again, or that is disconnected while it joins, cannot be stopped. It would join later as
 * a member that nobody knows, hold partitions, and handle none of them.
 */
export class GroupClient {
  private consumer: Consumer | undefined;
  /** Ends when the consumer has joined or has given up: from then on it can be stopped. Never rejects. */
  private started: Promise<void> = Promise.resolve();
  private restart: NodeJS.Timeout | undefined;
  private isStopped = false;

  constructor(
    private readonly kafka: Kafka,
    private readonly connectTimeoutMs: number,
    private readonly settings: ClientSettings,
    private readonly events: ClientEvents,
  ) {}

  /** Resolves when it has joined, or when that failed and is tried again. @throws PipelineError Kafka is not there */
  async start(): Promise<void> {
    const { group, sessionTimeoutMs, fetchWaitMsMax, fetchBytesMin } = this.settings;
    let isRetriable = false;
    const consumer = this.kafka.consumer({
      groupId: group,
      sessionTimeout: sessionTimeoutMs,
      heartbeatInterval: Math.min(HEARTBEAT_MS, sessionTimeoutMs / 3),
      maxWaitTimeInMs: fetchWaitMsMax,
      minBytes: fetchBytesMin,
      maxBytes: FETCH_BYTES_MAX,
      maxBytesPerPartition: PARTITION_FETCH_BYTES_MAX,
      allowAutoTopicCreation: false,
      readUncommitted: false,
      retry: {
        initialRetryTime: 100,
        maxRetryTime: 3_000,
        retries: 8,
        // Asked only if the failure may pass, and before the crash is told.
        restartOnFailure: () => {
          isRetriable = true;
          return Promise.resolve(false);
        },
      },
    });
    this.consumer = consumer;
    this.listen(consumer, (cause) => this.onCrash(cause, isRetriable));
    const starting = this.join(consumer);
    this.started = starting.catch(() => undefined);
    await starting;
  }

  seek(place: { topic: string; partition: number; offset: string }): void {
    this.consumer?.seek(place);
  }

  /** Lets running handlers end and leaves the group; no later than STOP_MS_MAX while it is still joining. */
  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.restart);
    const { consumer } = this;
    if (consumer === undefined) return;
    let isStarted = false;
    const left = this.started.then(() => {
      isStarted = true;
      return consumer.disconnect();
    });
    const outOfPatience = new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        if (!isStarted) resolve();
      }, STOP_MS_MAX);
      void left.catch(() => undefined).then(() => clearTimeout(timer));
    });
    await Promise.race([left, outOfPatience]);
    left.catch((error: unknown) => log.debug('kafka.group_not_left', { group: this.settings.group, error }));
  }

  private async join(consumer: Consumer): Promise<void> {
    const { group, topics, concurrency } = this.settings;
    await untilDeadline(`connect group ${group}`, this.connectTimeoutMs, () => consumer.connect());
    await untilDeadline(`subscribe group ${group}`, this.connectTimeoutMs, () =>
      consumer.subscribe({ topics: [...topics], fromBeginning: true }),
    );
    if (this.isStopped) return;
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: concurrency,
      eachBatch: (payload) => this.events.eachBatch(payload),
    });
  }

  private listen(consumer: Consumer, onCrash: (cause: unknown) => void): void {
    const { GROUP_JOIN, HEARTBEAT, REBALANCING, CRASH } = consumer.events;
    const unlessStopped = (act: () => void): void => {
      if (!this.isStopped) act();
    };
    consumer.on(GROUP_JOIN, ({ payload }) =>
      unlessStopped(() => this.events.onJoin(payload.memberAssignment)),
    );
    // A fetch tells nothing: the client goes on fetching, and sends no heartbeat, when joining anew has failed once.
    consumer.on(HEARTBEAT, () => unlessStopped(this.events.onHeartbeat));
    consumer.on(REBALANCING, () => unlessStopped(this.events.onRebalancing));
    consumer.on(CRASH, ({ payload }) => unlessStopped(() => onCrash(payload.error)));
  }

  private onCrash(cause: unknown, isRetriable: boolean): void {
    const { group } = this.settings;
    const error = translateKafkaError(cause, `consume as ${group}`);
    if (!isRetriable && !error.retryable) return this.events.onRefused(error);
    log.warn('kafka.consumer_restarts', { group, error });
    this.events.onLost();
    this.restart = setTimeout(
      () => void this.start().catch((again: unknown) => this.onCrash(again, false)),
      RESTART_AFTER_MS,
    );
  }
}
