import type { AssignedPartition, TopicPartitionOffset } from '@dualwrite/kafka';
import { appendOutbox, inTransaction } from '@dualwrite/persistence';
import { log, startChange } from '@dualwrite/telemetry';
import { BLANK_ENTRY, type Names } from '@dualwrite/events';
import type { DataSource } from 'typeorm';
import { journalRecord } from '../batch/outgoing';
import { decidePosition } from './position-rules';
import { PositionStore } from './position-store';

const store = new PositionStore();

/** Where a group begins in each partition that it was given (architecture 6, "Positions"). */
export async function positionsAtAssignment(
  database: DataSource,
  names: Names,
  /** Name under which positions are kept; of a map, or of the reference index. */
  owner: { readonly name: string; readonly map: string | null },
  assignment: readonly AssignedPartition[],
): Promise<TopicPartitionOffset[]> {
  return inTransaction(database, async (runner) => {
    const stored = new Map(
      (await store.read(runner, owner.name)).map((one) => [`${one.topic}/${one.partition}`, one.nextOffset]),
    );
    const seeks: TopicPartitionOffset[] = [];
    for (const { topic, partition, committed } of assignment) {
      const position = stored.get(`${topic}/${partition}`) ?? null;
      const decision = decidePosition({ topic, partition, committed, stored: position });
      if (decision.kind === 'keep') continue;
      const { offset } = decision;
      log.info('position.decided', {
        owner: owner.name,
        topic,
        partition,
        committed,
        stored: position,
        ...decision,
      });
      if (decision.kind === 'replay')
        await store.moveBack(runner, owner.name, { topic, partition, nextOffset: offset });
      else seeks.push({ topic, partition, offset });
      if (decision.kind === 'set-back') {
        const text = `${topic} partition ${partition}: the group stood at ${committed}, the database at ${position ?? 'the beginning'}: read again from ${offset}`;
        const entry = journalRecord(
          {
            ...BLANK_ENTRY,
            event: 'position-restored',
            severity: 'warning',
            map: owner.map,
            code: 'position-restored',
            text,
          },
          startChange(),
          { names, at: new Date().toISOString() },
        );
        await appendOutbox(runner, [entry]);
      }
    }
    return seeks;
  });
}
