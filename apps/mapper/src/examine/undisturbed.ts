import { inTransaction, isDeadlock, isUniqueViolation } from '@dualwrite/persistence';
import { counter, DependencyUnavailable } from '@dualwrite/telemetry';
import type { DataSource, QueryRunner } from 'typeorm';
import { PairRace } from '../pairs/pair-race';
import { rowName, type RowName } from '../pairs/pair-store';

/** Keys and rows whose pairs another transaction was seen to need, too. */
export interface Asked {
  readonly keys: Set<string>;
  readonly rows: Map<string, RowName>;
  /** A delete was met. */
  isDeleting: boolean;
}

const RACE_COUNT_MAX = 8;
const races = counter(
  'dualwrite.mapper.races',
  '{race}',
  'Transactions done again for another that was quicker',
);

/**
 * A transaction, begun again if another was quicker to take a pair.
 *
 * @throws {DependencyUnavailable} Postgres is away, or others were quicker time after time
 */
export async function undisturbed<T>(
  pool: DataSource,
  map: string,
  work: (runner: QueryRunner, asked: Asked) => Promise<T>,
): Promise<T> {
  const asked = { keys: new Set<string>(), rows: new Map<string, RowName>(), isDeleting: false };
  for (let race = 0; race < RACE_COUNT_MAX; race += 1) {
    try {
      return await inTransaction(pool, (runner) => work(runner, asked));
    } catch (error) {
      races.add(1, { map });
      if (error instanceof PairRace) {
        for (const key of error.involved.keys ?? []) asked.keys.add(key);
        for (const row of error.involved.rows ?? []) asked.rows.set(rowName(row), row);
        asked.isDeleting ||= error.involved.deletes === true;
      } else if (!isUniqueViolation(error) && !isDeadlock(error)) {
        throw error;
      }
    }
  }
  throw new DependencyUnavailable('pairs were taken by other transactions time after time', {
    map,
  });
}
