import type { QueryRunner } from 'typeorm';
import { DueStore } from '../redrive/due-store';

/**
 * Whether a map still takes in what its topics hold after a restore (rule 24). Whoever plans meanwhile, and whoever ends
 * it, pass one after the other: else a pair could be taken in unplanned just after all pairs were woken to be planned.
 */
export class CatchUpGate {
  private readonly dues = new DueStore();

  /** @returns true: until the transaction ends, observations are taken in and nothing is planned */
  async isCatchingUp(runner: QueryRunner, map: string, epoch: number): Promise<boolean> {
    await runner.query(`select pg_advisory_xact_lock_shared(hashtext($1))`, [lockName(map)]);
    const [run] = (await runner.query(`select caught_up_epoch as "caughtUp" from map_run where map = $1`, [
      map,
    ])) as { caughtUp: number }[];
    return run !== undefined && run.caughtUp < epoch;
  }

  /** From now on the map is planned; every pair of it at once. */
  async end(runner: QueryRunner, map: string, epoch: number): Promise<void> {
    await runner.query(`select pg_advisory_xact_lock(hashtext($1))`, [lockName(map)]);
    await runner.query(`update map_run set caught_up_epoch = $2 where map = $1`, [map, epoch]);
    await this.dues.wakeAll(runner, map);
  }
}

function lockName(map: string): string {
  return `catch-up/${map}`;
}
