import type { CoverageMarker, Side } from '@dualwrite/events';
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
      `select side, company, epoch, count(*)::int as partitions from coverage where map = $1
       group by side, company, epoch`,
      [map],
    )) as { side: Side; company: string; epoch: number; partitions: number }[];
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
    return new Coverage({ fo: companies('fo'), dataverse: companies('dataverse') }, epochs);
  }

  async put(runner: QueryRunner, map: string, marker: CoverageMarker): Promise<void> {
    await runner.query(
      `insert into coverage as c (map, side, company, partition, epoch, covered_at) values ($1, $2, $3, $4, $5, $6)
       on conflict (map, side, company, partition)
       do update set epoch = excluded.epoch, covered_at = excluded.covered_at where c.epoch <= excluded.epoch`,
      [map, marker.side, marker.company, marker.partition, marker.epoch, marker.coveredAt],
    );
  }
}
