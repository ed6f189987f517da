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
  const asked = nothingAsked();
  for (let race = 0; race < RACE_COUNT_MAX; race += 1) {
    try {
      return await inTransaction(pool, (runner) => work(runner, asked));
    } catch (error) {
      races.add(1, { map });
      if (error instanceof PairRace) {
        noteRace(asked, error);
      } else if (!isUniqueViolation(error) && !isDeadlock(error)) {
        throw error;
      }
    }
  }
  throw new DependencyUnavailable('pairs were taken by other transactions time after time', {
    map,
  });
}

export function nothingAsked(): Asked {
  return { keys: new Set<string>(), rows: new Map<string, RowName>(), isDeleting: false };
}

/** Keys and rows are of one map: where a transaction works for several, each of them remembers its own. */
export async function notingRaces<T>(asked: Asked, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PairRace) noteRace(asked, error);
    throw error;
  }
}

function noteRace(asked: Asked, { involved }: PairRace): void {
  for (const key of involved.keys ?? []) asked.keys.add(key);
  for (const row of involved.rows ?? []) asked.rows.set(rowName(row), row);
  asked.isDeleting ||= involved.deletes === true;
}
