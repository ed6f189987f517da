import { isDeepStrictEqual } from 'node:util';
import type { Companies, Directions, MapRecord } from '@dualwrite/events';
import { inTransaction } from '@dualwrite/persistence';
import type { DataSource, QueryRunner } from 'typeorm';
import { ShadowStore } from '../shadow/shadow-store';
import { DueStore } from '../redrive/due-store';

interface StoredRun {
  readonly version: number;
  readonly run_epoch: number;
  readonly baseline: number;
  readonly caught_up_epoch: number;
  readonly companies: Companies | null;
  readonly is_shadow: boolean;
  readonly directions: Directions;
}

/** What the mapper's database knows of the newest record of each map; the first replica that sees a newer one acts. */
export class RunStore {
  private readonly dues = new DueStore();
  private readonly shadows = new ShadowStore();

  constructor(private readonly redriveAfterMs: number) {}

  /**
   * Takes a newer record over, with what follows from it for all pairs of the map.
   *
   * @returns whether the map has still to take in what its topics hold, after a restore (rule 24)
   */
  async takeOver(
    database: DataSource,
    record: MapRecord,
    { mapperEpoch, hasPast }: { readonly mapperEpoch: number; readonly hasPast: () => Promise<boolean> },
  ): Promise<boolean> {
    return inTransaction(database, async (runner) => {
      // Whoever plans while coverage is incomplete passes the same lock: see CoverageGate.
      await runner.query(`select pg_advisory_xact_lock(hashtext($1))`, [`coverage/${record.name}`]);
      const [before] = (await runner.query(
        `select version, run_epoch, baseline, caught_up_epoch, companies, is_shadow, directions from map_run where map = $1`,
        [record.name],
      )) as StoredRun[];
      const caughtUp =
        before?.caught_up_epoch ?? (mapperEpoch > 1 && (await hasPast()) ? mapperEpoch - 1 : mapperEpoch);
      if (before && before.run_epoch > record.runEpoch) return caughtUp < mapperEpoch;
      await this.apply(runner, record, before);
      await runner.query(
        `insert into map_run (map, version, run_epoch, baseline, caught_up_epoch, companies, is_shadow, directions)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (map) do update set version = excluded.version, run_epoch = excluded.run_epoch,
           baseline = excluded.baseline, companies = excluded.companies, is_shadow = excluded.is_shadow,
           directions = excluded.directions`,
        [
          ...[record.name, record.version, record.runEpoch, record.baseline, caughtUp],
          JSON.stringify(record.companies ?? {}),
          record.desired === 'shadow',
          JSON.stringify(record.directions ?? {}),
        ],
      );
      return caughtUp < mapperEpoch;
    });
  }

  /** References that held rows back may follow now. */
  async wakeWaiting(database: DataSource, map: string): Promise<void> {
    await inTransaction(database, (runner) => this.dues.wakeWaiting(runner, map));
  }

  private async apply(runner: QueryRunner, record: MapRecord, before: StoredRun | undefined): Promise<void> {
    const isShadow = record.desired === 'shadow';
    if (isShadow && record.baseline > (before?.baseline ?? 0)) await this.shadows.begin(runner, record.name);
    if (!before) return;
    // The cutover: pairs on which the sides agree stay as they are, the others are planned as usual.
    if (before.is_shadow && !isShadow) {
      await this.shadows.end(runner, record.name);
      await this.dues.wakeWaiting(runner, record.name);
    }
    // A new baseline reads both sides anew: what was covered before the map was stopped says nothing about today.
    if (record.baseline > before.baseline) {
      await runner.query(`delete from coverage where map = $1 and baseline < $2`, [
        record.name,
        record.baseline,
      ]);
    }
    if (record.version > before.version)
      await this.dues.wakeOlderVersions(runner, record.name, record.version);
    if (!isDeepStrictEqual(before.directions, record.directions ?? {}))
      await this.dues.wakeEvery(runner, record.name);
    await this.dues.wakeCompanies(runner, record.name, before.companies ?? {}, record.companies ?? {});
    if (record.runEpoch > before.run_epoch) await this.dues.hasten(runner, record.name, this.redriveAfterMs);
  }

  async registerEpochs(
    runner: QueryRunner,
    map: string,
  ): Promise<{ side: 'fo' | 'dataverse'; epoch: number }[]> {
    return (await runner.query(
      `select side, max(epoch)::int as epoch from coverage where map = $1 group by side`,
      [map],
    )) as { side: 'fo' | 'dataverse'; epoch: number }[];
  }
}
