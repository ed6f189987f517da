import type { EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import { counter, histogram, log, PipelineError } from '@dualwrite/telemetry';
import { judgeFailure } from './failure-policy';
import { GroupClient, HEARTBEAT_MS } from './group-client';
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

/** A group that has sent no heartbeat for this long is stuck in the client; a fresh process mends it. */
const SILENCE_MS_MAX = 90_000;
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
  private readonly client: GroupClient;
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
    this.client = new GroupClient(surroundings.kafka, surroundings.connectTimeoutMs, this.settings, {
      onJoin: (assignment) => this.onJoin(assignment),
      onHeartbeat: () => this.heard(),
      onRebalancing: () => {
        this.isRebalancing = true;
      },
      onLost: () => {
        this.isMembershipLost = true;
      },
      onRefused: (error) => this.crash(error),
      eachBatch: (payload) => this.eachBatch(payload),
    });
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

  /** Resolves at the first assignment, which may be empty, or when it is stopped. */
  joined(): Promise<void> {
    return this.firstJoin;
  }

  async start(): Promise<void> {
    this.heard();
    this.watchdog = setInterval(() => this.watch(), HEARTBEAT_MS * 5);
    this.watchdog.unref();
    await this.client.start();
  }

  /** Lets running handlers end, commits, leaves the group. */
  async stop(): Promise<void> {
    this.isStopping = true;
    clearInterval(this.watchdog);
    await this.committer.settled();
    await this.client.stop();
    this.committer.reset();
    this.pauses.endAll();
    this.resolveJoined();
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
        if (generation === this.generation) for (const seek of seeks) this.client.seek(seek);
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
