import type { CoverageMarker, MapRecord, Side } from '@dualwrite/events';
import type { QueryRunner } from 'typeorm';
import { Coverage } from './coverage';

/** Coverage markers that a map has met in its topics. */
export class CoverageStore {
  async read(
    runner: QueryRunner,
    map: string,
    partitionCounts: Readonly<Record<Side, number>>,
  ): Promise<Coverage> {
    const rows = (await runner.query(
      `select side, company, epoch, count(*) filter (where effective)::int as partitions,
         count(*) filter (where not effective)::int as pending
       from coverage where map = $1 group by side, company, epoch`,
      [map],
    )) as { side: Side; company: string; epoch: number; partitions: number; pending: number }[];
    // What a register of an older epoch had read no longer counts.
    const epoch = (side: Side): number =>
      Math.max(0, ...rows.filter((row) => row.side === side).map((row) => row.epoch));
    const epochs = { fo: epoch('fo'), dataverse: epoch('dataverse') };
    const companies = (side: Side): Set<string> => {
      const complete = rows.filter(
        (row) => row.side === side && row.epoch === epochs[side] && row.partitions >= partitionCounts[side],
      );
      return new Set(complete.map((row) => row.company));
    };
    const isPending = rows.some(({ pending }) => pending > 0);
    return new Coverage({ fo: companies('fo'), dataverse: companies('dataverse') }, epochs, isPending);
  }

  /** Not counting yet, unless the register of the same epoch has covered the partition before. */
  async put(
    runner: QueryRunner,
    record: Pick<MapRecord, 'name' | 'baseline'>,
    marker: CoverageMarker,
    untilOffset: string,
  ): Promise<void> {
    await runner.query(
      `insert into coverage as c (map, side, company, partition, epoch, covered_at, until_offset, effective, baseline)
       values ($1, $2, $3, $4, $5, $6, $7, false, $8)
       on conflict (map, side, company, partition) do update
       set epoch = excluded.epoch, covered_at = excluded.covered_at, until_offset = excluded.until_offset,
         effective = c.effective and c.epoch = excluded.epoch, baseline = greatest(c.baseline, excluded.baseline)
       where c.epoch <= excluded.epoch`,
      [
        record.name,
        marker.side,
        marker.company,
        marker.partition,
        marker.epoch,
        marker.coveredAt,
        untilOffset,
        marker.baseline ?? record.baseline,
      ],
    );
  }

  /** Markers whose partition is handled up to where it ended when they were met. */
  async letCount(
    runner: QueryRunner,
    { map, topics }: { readonly map: string; readonly topics: Readonly<Record<Side, string>> },
  ): Promise<void> {
    await runner.query(
      `update coverage c set effective = true from map_position p
       where c.map = $1 and not c.effective and p.map = c.map and p.partition = c.partition
         and p.topic = case c.side when 'fo' then $2 else $3 end and p.next_offset >= c.until_offset`,
      [map, topics.fo, topics.dataverse],
    );
  }
}
