import type { Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import { counter, histogram, log, PipelineError } from '@dualwrite/telemetry';
import { untilDeadline } from './until-deadline';
import { judgeFailure } from './failure-policy';
import { GROUP_DEFAULTS, type GroupOptions } from './group-options';
import type { KafkaAdmin } from './kafka-admin';
import { isMembershipLost, isRebalanceInProgress, translateKafkaError } from './kafka-errors';
import { OffsetCommitter } from './offset-committer';
import { PartitionPauses } from './partition-pauses';
import { toKafkaRecord } from './to-kafka-record';
import type { RecordBatch } from './records';

export type BatchHandler = (batch: RecordBatch) => Promise<void>;

export interface GroupSurroundings {
  readonly kafka: Kafka;
  readonly admin: KafkaAdmin;
  readonly connectTimeoutMs: number;
  /** The process must end: a record could not be handled, or the group cannot be joined any more. */
  readonly onCrash: (error: PipelineError) => void;
}

const HEARTBEAT_MS = 1_000;
/** A group that has sent no heartbeat for this long is stuck in the client; a fresh process mends it. */
const SILENCE_MS_MAX = 90_000;
const FETCH_BYTES_MAX = 4_194_304;
const PARTITION_FETCH_BYTES_MAX = 1_048_576;
const POSITIONS_RETRY_MS = 500;
const POSITIONS_TRY_COUNT_MAX = 20;

const handled = counter('messaging.client.consumed.messages', '{message}', 'Records handled');
const pausedCount = counter('dualwrite.partition.pauses', '{pause}', 'Pauses of a partition, by reason');
const duration = histogram('messaging.process.duration', 'ms', 'Time of a handler for one batch');

/**
 * One consumer group of this process: the only place that knows offsets. They move only after the handler has
 * resolved; a partition whose handler failed comes again at the same offset.
 */
export class GroupConsumer {
  private consumer: Consumer | undefined;
  private readonly committer: OffsetCommitter;
  private readonly pauses = new PartitionPauses();
  private readonly failures = new Map<string, { count: number; since: number }>();
  private readonly settings: Required<Omit<GroupOptions, 'positions'>>;
  /** Counts joins; what was fetched under an earlier one is no longer ours to commit. */
  private generation = 0;
  private isMembershipLost = false;
  private isRebalancing = false;
  private isStopping = false;
  private isCrashed = false;
  private positioned: Promise<void> = Promise.resolve();
  private assigned: readonly { topic: string; partition: number }[] = [];
  private lastHeardAt = Date.now();
  private watchdog: NodeJS.Timeout | undefined;
  private resolveJoined: () => void = () => undefined;
  private readonly firstJoin = new Promise<void>((resolve) => {
    this.resolveJoined = resolve;
  });

  constructor(
    private readonly surroundings: GroupSurroundings,
    private readonly options: GroupOptions,
    private readonly handler: BatchHandler,
  ) {
    this.settings = { ...GROUP_DEFAULTS, ...definedOf(options) };
    this.committer = new OffsetCommitter(options.group);
  }

  /** Partitions that this replica holds now. */
  get assignment(): readonly { topic: string; partition: number }[] {
    return this.assigned;
  }

  get pausedPartitionCount(): number {
    return this.pauses.count;
  }

  get isJoined(): boolean {
    return this.generation > 0 && !this.isMembershipLost;
  }

  /** Resolves at the first assignment, which may be empty. */
  joined(): Promise<void> {
    return this.firstJoin;
  }

  async start(): Promise<void> {
    const { group, topics, concurrency, sessionTimeoutMs, fetchWaitMsMax, fetchBytesMin } = this.settings;
    const { kafka, connectTimeoutMs } = this.surroundings;
    const consumer = kafka.consumer({
      groupId: group,
      sessionTimeout: sessionTimeoutMs,
      heartbeatInterval: Math.min(HEARTBEAT_MS, sessionTimeoutMs / 3),
      maxWaitTimeInMs: fetchWaitMsMax,
      minBytes: fetchBytesMin,
      maxBytes: FETCH_BYTES_MAX,
      maxBytesPerPartition: PARTITION_FETCH_BYTES_MAX,
      allowAutoTopicCreation: false,
      readUncommitted: false,
      retry: { initialRetryTime: 100, maxRetryTime: 3_000, retries: 8 },
    });
    this.consumer = consumer;
    this.listen(consumer);
    await untilDeadline(`connect group ${group}`, connectTimeoutMs, () => consumer.connect());
    await untilDeadline(`subscribe group ${group}`, connectTimeoutMs, () =>
      consumer.subscribe({ topics: [...topics], fromBeginning: true }),
    );
    this.lastHeardAt = Date.now();
    this.watchdog = setInterval(() => this.watch(), HEARTBEAT_MS * 5);
    this.watchdog.unref();
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: concurrency,
      eachBatch: (payload) => this.eachBatch(payload),
    });
  }

  /** Lets running handlers end, commits, leaves the group. */
  async stop(): Promise<void> {
    this.isStopping = true;
    clearInterval(this.watchdog);
    await this.committer.settled();
    await this.consumer?.disconnect();
    this.committer.reset();
    this.pauses.endAll();
  }

  private listen(consumer: Consumer): void {
    const { GROUP_JOIN, HEARTBEAT, REBALANCING, CRASH } = consumer.events;
    consumer.on(GROUP_JOIN, ({ payload }) => this.onJoin(payload.memberAssignment));
    // A fetch tells nothing: the client goes on fetching, and sends no heartbeat, when joining anew has failed once.
    consumer.on(HEARTBEAT, () => this.heard());
    consumer.on(REBALANCING, () => {
      this.isRebalancing = true;
    });
    consumer.on(CRASH, ({ payload }) => {
      const error = translateKafkaError(payload.error, `consume as ${this.options.group}`);
      if (payload.restart) log.warn('kafka.consumer_restarts', { group: this.options.group, error });
      else this.crash(error);
    });
  }

  private onJoin(assignment: Readonly<Record<string, number[]>>): void {
    this.heard();
    this.generation += 1;
    this.isMembershipLost = false;
    this.isRebalancing = false;
    this.committer.reset();
    this.pauses.endAll();
    this.assigned = Object.entries(assignment).flatMap(([topic, partitions]) =>
      partitions.map((partition) => ({ topic, partition })),
    );
    log.info('kafka.group_joined', { group: this.options.group, partitionCount: this.assigned.length });
    this.positioned = this.applyPositions(this.generation);
    this.resolveJoined();
  }

  /** Never rejects: what cannot be mended ends the process. */
  private async applyPositions(generation: number): Promise<void> {
    const { positions, group, topics } = this.options;
    if (positions === undefined || this.assigned.length === 0) return;
    for (let tryNumber = 1; generation === this.generation && !this.isStopping; tryNumber += 1) {
      try {
        const committed = await this.surroundings.admin.groupOffsets(group, topics);
        const seeks = await positions(
          this.assigned.map(({ topic, partition }) => ({
            topic,
            partition,
            committed:
              committed.find((entry) => entry.topic === topic && entry.partition === partition)?.offset ??
              null,
          })),
        );
        if (generation === this.generation) for (const seek of seeks) this.consumer?.seek(seek);
        return;
      } catch (error) {
        const isLastTry = tryNumber >= POSITIONS_TRY_COUNT_MAX;
        if (!(error instanceof PipelineError && error.retryable) || isLastTry) return this.crash(error);
        log.warn('kafka.positions_retried', { group, error });
      }
      await new Promise((resolve) => setTimeout(resolve, POSITIONS_RETRY_MS));
    }
  }

  private async eachBatch(payload: EachBatchPayload): Promise<void> {
    const generation = this.generation;
    const isOver = () =>
      this.isCrashed || this.isStopping || this.isMembershipLost || generation !== this.generation;
    const heartbeats = setInterval(() => void this.beat(payload), HEARTBEAT_MS);
    try {
      await this.positioned;
      const { messages } = payload.batch;
      const { batchRecordCountMax } = this.settings;
      for (let from = 0; from < messages.length; from += batchRecordCountMax) {
        if (isOver() || !payload.isRunning() || payload.isStale()) return;
        const slice = messages.slice(from, from + batchRecordCountMax);
        if (!(await this.handle(payload, slice, generation))) return;
      }
    } finally {
      clearInterval(heartbeats);
      // The group is left right after this; elsewhere the commit runs beside the next fetch.
      if (this.isStopping || !payload.isRunning() || this.isRebalancing) await this.committer.settled();
    }
  }

  /** True: all of the slice is done. */
  private async handle(
    payload: EachBatchPayload,
    slice: readonly KafkaMessage[],
    generation: number,
  ): Promise<boolean> {
    const { topic, partition, highWatermark } = payload.batch;
    const { group } = this.options;
    const isOurs = () => generation === this.generation && !this.isMembershipLost && !payload.isStale();
    const resolve = (offset: string) => {
      if (!isOurs()) return;
      payload.resolveOffset(offset);
      if (this.settings.commits) this.committer.request(payload);
    };
    const startedAt = performance.now();
    try {
      await this.handler({
        group,
        topic,
        partition,
        highWatermark,
        records: slice.map(toKafkaRecord),
        resolved: resolve,
        heartbeat: () => this.beat(payload),
        isStale: () => !isOurs() || this.isRebalancing || this.isStopping || !payload.isRunning(),
      });
    } catch (error) {
      if (isOurs()) this.judge(error, payload);
      else log.debug('kafka.stale_batch_failed', { group, topic, partition, error });
      return false;
    }
    if (!isOurs()) return false;
    const labels = { 'messaging.destination.name': topic, 'messaging.consumer.group.name': group };
    handled.add(slice.length, labels);
    duration.record(performance.now() - startedAt, labels);
    this.failures.delete(partitionId(topic, partition));
    const last = slice.at(-1);
    if (last !== undefined) resolve(last.offset);
    return true;
  }

  private judge(error: unknown, payload: EachBatchPayload): void {
    const { topic, partition } = payload.batch;
    const { group, dependencyAwayMsMax } = this.settings;
    const id = partitionId(topic, partition);
    const history = this.failures.get(id);
    const verdict = judgeFailure(
      error,
      { failureCount: history?.count ?? 0, awayMs: history === undefined ? 0 : Date.now() - history.since },
      dependencyAwayMsMax,
      Math.random(),
    );
    switch (verdict.kind) {
      case 'abandon':
        return;
      case 'pause': {
        if (verdict.why === 'dependency-unavailable') {
          this.failures.set(id, {
            count: (history?.count ?? 0) + 1,
            since: history?.since ?? Date.now(),
          });
        }
        pausedCount.add(1, { 'messaging.destination.name': topic, reason: verdict.why });
        log.warn('kafka.partition_paused', { group, topic, partition, ms: Math.round(verdict.ms), error });
        this.pauses.endAfter(id, verdict.ms, payload.pause());
        return;
      }
      case 'crash':
        payload.pause();
        this.crash(error);
    }
  }

  private async beat(payload: EachBatchPayload): Promise<void> {
    try {
      await payload.heartbeat();
    } catch (error) {
      // The client rejoins by itself once the handler is out; here it only matters what the handler may still do.
      if (isMembershipLost(error)) this.isMembershipLost = true;
      else if (isRebalanceInProgress(error)) this.isRebalancing = true;
      log.debug('kafka.heartbeat_failed', { group: this.options.group, error });
    }
  }

  private heard(): void {
    this.lastHeardAt = Date.now();
  }

  private watch(): void {
    const silenceMs = Date.now() - this.lastHeardAt;
    if (silenceMs <= SILENCE_MS_MAX || this.isStopping) return;
    this.crash(
      translateKafkaError(new Error(`no heartbeat for ${silenceMs} ms`), `consume as ${this.options.group}`),
    );
  }

  private crash(cause: unknown): void {
    if (this.isCrashed || this.isStopping) return;
    this.isCrashed = true;
    const error =
      cause instanceof PipelineError ? cause : translateKafkaError(cause, `handle as ${this.options.group}`);
    this.surroundings.onCrash(error);
  }
}

function partitionId(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}

/** Options given as `undefined` must not hide the defaults. */
function definedOf(options: GroupOptions): Omit<GroupOptions, 'positions'> {
  const { positions: _, ...rest } = options;
  return Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)) as Omit<
    GroupOptions,
    'positions'
  >;
}
