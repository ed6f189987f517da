import { kept, type SqlExecutor } from '@dualwrite/persistence';
import type { QueryRunner } from 'typeorm';

export interface Position {
  readonly topic: string;
  readonly partition: number;
  /** Offset of the next record to handle, int64 as a decimal string. */
  readonly nextOffset: string;
}

/** Missing positions are those of partitions of which nothing was handled yet. */
export function isReached(positions: readonly Position[], end: Position): boolean {
  const own = positions.find(({ topic, partition }) => topic === end.topic && partition === end.partition);
  return BigInt(own?.nextOffset ?? '0') >= BigInt(end.nextOffset);
}

/** How far a map has taken its topics in; written in the transaction of the pairs themselves. */
export class PositionStore {
  async read(runner: QueryRunner, map: string): Promise<readonly Position[]> {
    return (await runner.query(
      `select topic, partition, next_offset::text as "nextOffset" from map_position where map = $1`,
      [map],
    )) as Position[];
  }

  /** Only forward: a zombie's late batch takes nothing back. */
  async advance(
    executor: SqlExecutor,
    map: string,
    { topic, partition, nextOffset }: Position,
  ): Promise<void> {
    await executor.query(
      kept(`insert into map_position as p (map, topic, partition, next_offset) values ($1, $2, $3, $4)
       on conflict (map, topic, partition)
       do update set next_offset = greatest(p.next_offset, excluded.next_offset)`),
      [map, topic, partition, nextOffset],
    );
  }

  /** A replay: the records from here on count as not handled. */
  async moveBack(
    runner: QueryRunner,
    map: string,
    { topic, partition, nextOffset }: Position,
  ): Promise<void> {
    await runner.query(
      `update map_position set next_offset = $4
       where map = $1 and topic = $2 and partition = $3 and next_offset > $4`,
      [map, topic, partition, nextOffset],
    );
  }
}
