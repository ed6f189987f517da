import type { CoverageMarker } from '@dualwrite/events';
import type { QueryRunner } from 'typeorm';
import type { MapRun } from '../runs/map-run';
import { DueStore } from '../redrive/due-store';
import { CoverageStore } from './coverage-store';
import type { Coverage } from './coverage';

/**
 * Whoever plans while a side is not covered, and whoever takes in the marker that covers it, pass one after the
 * other: else a pair could be stored as waiting just after all waiting pairs were woken.
 */
export class CoverageGate {
  private readonly store = new CoverageStore();
  private readonly dues = new DueStore();

  /** @returns coverage as it stays until the transaction ends */
  async enter(runner: QueryRunner, run: MapRun): Promise<Coverage> {
    if (run.coverage.isWhole && run.coverage.isCurrent(run.registerEpochs)) return run.coverage;
    await runner.query(`select pg_advisory_xact_lock_shared(hashtext($1))`, [lockName(run)]);
    run.coverage = await this.store.read(runner, run.map, run.partitionCounts);
    return run.coverage;
  }

  /**
   * Takes in a marker; {@link settle} follows once its position is stored. Compaction keeps only the newest observation
   * of a row, and that may lie behind the marker: it counts once the partition is handled up to where it ended when the
   * marker was met.
   *
   * @param untilOffset end of the partition as the marker was fetched
   */
  async meet(runner: QueryRunner, run: MapRun, marker: CoverageMarker, untilOffset: string): Promise<void> {
    // Said for another map, or by a read from before this map was started: that tells nothing about today.
    if (marker.map !== undefined && marker.map !== run.map) return;
    if (marker.baseline !== undefined && marker.baseline < run.record.baseline) return;
    await runner.query(`select pg_advisory_xact_lock(hashtext($1))`, [lockName(run)]);
    await this.store.put(runner, run.record, marker, untilOffset);
  }

  /**
   * Lets markers count whose partitions are handled far enough; once more is covered than before, all that waited for
   * it is due. After the positions were stored.
   */
  async settle(runner: QueryRunner, run: MapRun): Promise<void> {
    await runner.query(`select pg_advisory_xact_lock(hashtext($1))`, [lockName(run)]);
    const before = await this.store.read(runner, run.map, run.partitionCounts);
    await this.store.letCount(runner, run);
    const after = await this.store.read(runner, run.map, run.partitionCounts);
    run.coverage = after;
    if (after.grownSince(before).length > 0) await this.dues.wakeWaiting(runner, run.map);
  }
}

function lockName({ map }: MapRun): string {
  return `coverage/${map}`;
}
