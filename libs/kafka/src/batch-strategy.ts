import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import { InvariantBroken, log } from '@dualwrite/telemetry';
import { isObservable, lastValueFrom } from 'rxjs';
import { BATCH_TRANSPORT } from './batch-pattern';
import type { GroupConsumer } from './group-consumer';
import type { GroupOptions } from './group-options';
import type { KafkaLink } from './kafka-link';
import type { RecordBatch } from './records';

/**
 * Nest transport over Kafka batches: handlers are declared with `@BatchPattern`, groups come and go at run time.
 *
 * A handler that resolves has its offsets committed. One that throws: `SideUnavailable` pauses the partition and
 * has it come again at the same offset; `DependencyUnavailable` does so with growing waits and in the end exits;
 * `StaleBatch` gives the batch up; anything else ends the process. A handler never sleeps.
 */
export class BatchStrategy extends Server implements CustomTransportStrategy {
  override readonly transportId = BATCH_TRANSPORT;
  private readonly groups = new Map<string, GroupConsumer>();
  private isListening = false;

  constructor(private readonly link: KafkaLink) {
    super();
  }

  override listen(callback: () => void): void {
    this.isListening = true;
    callback();
  }

  /** Stops all groups; running handlers may end. */
  override async close(): Promise<void> {
    await Promise.all([...this.groups.keys()].map((group) => this.detach(group)));
  }

  override on(): void {
    throw new InvariantBroken('BatchStrategy has no events');
  }

  override unwrap<T>(): T {
    return this.link as T;
  }

  /**
   * Joins a group and hands its records to the handlers of `pattern`. Resolves once the group has been joined.
   * The topics must exist.
   */
  async attach(pattern: string, options: GroupOptions): Promise<void> {
    const { group } = options;
    if (!this.isListening) {
      throw new InvariantBroken(`group ${group} was attached before the application listens`);
    }
    if (this.groups.has(group)) throw new InvariantBroken(`group ${group} is attached already`);
    const handler = this.getHandlerByPattern(pattern);
    if (handler === null) throw new InvariantBroken(`no @BatchPattern('${pattern}') is declared`);
    const consumer = this.link.groupConsumer(options, async (batch: RecordBatch) => {
      const answer: unknown = await handler(batch);
      if (isObservable(answer)) await lastValueFrom(answer, { defaultValue: undefined });
    });
    this.groups.set(group, consumer);
    try {
      await consumer.start();
      await consumer.joined();
    } catch (error) {
      this.groups.delete(group);
      throw error;
    }
    log.info('kafka.group_attached', { group, topics: options.topics });
  }

  /** Leaves the group once its running handlers have ended. Does nothing if it is not attached. */
  async detach(group: string): Promise<void> {
    const consumer = this.groups.get(group);
    if (consumer === undefined) return;
    this.groups.delete(group);
    await consumer.stop();
    log.info('kafka.group_detached', { group });
  }

  attachedGroups(): string[] {
    return [...this.groups.keys()];
  }

  /** Partitions that this replica holds in a group, and how many of them are paused. */
  assignment(group: string): {
    partitions: readonly { topic: string; partition: number }[];
    pausedCount: number;
  } {
    const consumer = this.groups.get(group);
    return { partitions: consumer?.assignment ?? [], pausedCount: consumer?.pausedPartitionCount ?? 0 };
  }
}
