import { randomUUID } from 'node:crypto';
import { log, type PipelineError } from '@dualwrite/telemetry';
import { GroupConsumer, type GroupSurroundings } from './group-consumer';
import type { KafkaRecord } from './records';

export interface CompactedRecord extends KafkaRecord {
  readonly topic: string;
  readonly partition: number;
}

export interface ReadCompactedOptions {
  readonly topic: string;
  /** Begin of the throw-away group's name: `PREFIX.SERVICE.INSTANCE.state`. */
  readonly groupPrefix: string;
  /** In offset order per partition. May see a record again after a reconnect; a `null` value erases its key. */
  readonly onRecord: (record: CompactedRecord) => void;
  /** Called once: everything that was there at the start has been seen. */
  readonly onCaughtUp?: () => void;
  /** By default the error handler of the link. */
  readonly onCrash?: (error: PipelineError) => void;
}

/**
 * Reads a whole topic into memory, then follows it. Nothing is committed: every process reads all, from the start.
 * The client cannot read without a group, so there is one of our own that is deleted at the end.
 */
export class CompactedReader {
  private readonly group: string;
  private readonly consumer: GroupConsumer;
  /** Per partition the offset that must be reached to be caught up. */
  private readonly targets = new Map<number, bigint>();
  private isCaughtUp = false;
  private closing: Promise<void> | undefined;
  private resolveCaughtUp: () => void = () => undefined;
  /** Resolves once everything that was there at the start has been seen. */
  readonly caughtUp = new Promise<void>((resolve) => {
    this.resolveCaughtUp = resolve;
  });

  constructor(
    private readonly surroundings: GroupSurroundings,
    private readonly options: ReadCompactedOptions,
  ) {
    this.group = `${options.groupPrefix}.${randomUUID()}`;
    this.consumer = new GroupConsumer(
      { ...surroundings, onCrash: options.onCrash ?? surroundings.onCrash },
      { group: this.group, topics: [options.topic], commits: false },
      async (batch) => {
        for (const record of batch.records) {
          options.onRecord({ ...record, topic: batch.topic, partition: batch.partition });
        }
        const last = batch.records.at(-1);
        if (last !== undefined) this.reached(batch.partition, BigInt(last.offset) + 1n);
      },
    );
  }

  async start(): Promise<void> {
    for (const { partition, low, high } of await this.surroundings.admin.topicOffsets(this.options.topic)) {
      if (BigInt(high) > BigInt(low)) this.targets.set(partition, BigInt(high));
    }
    if (this.targets.size === 0) this.announce();
    await this.consumer.start();
  }

  close(): Promise<void> {
    this.closing ??= this.closeOnce();
    return this.closing;
  }

  private async closeOnce(): Promise<void> {
    await this.consumer.stop();
    try {
      await this.surroundings.admin.deleteGroup(this.group);
    } catch (error) {
      // An empty group without offsets vanishes by itself; this only tidies earlier.
      log.debug('kafka.group_not_deleted', { group: this.group, error });
    }
  }

  private reached(partition: number, next: bigint): void {
    const target = this.targets.get(partition);
    if (target === undefined || next < target) return;
    this.targets.delete(partition);
    if (this.targets.size === 0) this.announce();
  }

  private announce(): void {
    if (this.isCaughtUp) return;
    this.isCaughtUp = true;
    this.options.onCaughtUp?.();
    this.resolveCaughtUp();
  }
}
