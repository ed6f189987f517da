import { randomUUID } from 'node:crypto';
import { log } from '@dualwrite/telemetry';
import type { PositionsRule } from './group-options';
import { GroupConsumer, type BatchHandler, type GroupSurroundings } from './group-consumer';

export interface ReadToEndOptions {
  readonly topics: readonly string[];
  /** Begin of the throw-away group's name. */
  readonly groupPrefix: string;
  /** By topic, and in it by partition: where to begin; absent: at the oldest record. */
  readonly from?: Readonly<Record<string, readonly string[]>>;
}

/**
 * Hands over everything that the topics hold now, in offset order per partition, and resolves once it is handled.
 * What is published meanwhile may come, too. Nothing is committed.
 */
export async function readToEnd(
  surroundings: GroupSurroundings,
  { topics, groupPrefix, from }: ReadToEndOptions,
  handler: BatchHandler,
): Promise<void> {
  const ends = await endsOf(surroundings, topics, from);
  if (ends.size === 0) return;
  const group = `${groupPrefix}.${randomUUID()}`;
  let consumer: GroupConsumer | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      consumer = new GroupConsumer(
        { ...surroundings, onCrash: reject },
        { group, topics, commits: false, ...(from && { positions: beginAt(from) }) },
        async (batch) => {
          await handler(batch);
          const last = batch.records.at(-1);
          const place = `${batch.topic}/${batch.partition}`;
          if (last !== undefined && BigInt(last.offset) + 1n >= (ends.get(place) ?? 0n)) ends.delete(place);
          if (ends.size === 0) resolve();
        },
      );
      consumer.start().catch(reject);
    });
  } finally {
    await consumer?.stop();
    await surroundings.admin
      .deleteGroup(group)
      .catch((error: unknown) => log.debug('kafka.group_not_deleted', { group, error }));
  }
}

function beginAt(from: NonNullable<ReadToEndOptions['from']>): PositionsRule {
  return (assignment) =>
    Promise.resolve(
      assignment.flatMap(({ topic, partition }) => {
        const offset = from[topic]?.[partition];
        return offset === undefined ? [] : [{ topic, partition, offset }];
      }),
    );
}

/** Per partition that holds anything, the offset that must be reached. */
async function endsOf(
  { admin }: GroupSurroundings,
  topics: readonly string[],
  from: ReadToEndOptions['from'],
): Promise<Map<string, bigint>> {
  const ends = new Map<string, bigint>();
  for (const topic of topics) {
    for (const { partition, low, high } of await admin.topicOffsets(topic)) {
      const begin = BigInt(from?.[topic]?.[partition] ?? low);
      if (BigInt(high) > BigInt(low) && BigInt(high) > begin) ends.set(`${topic}/${partition}`, BigInt(high));
    }
  }
  return ends;
}
