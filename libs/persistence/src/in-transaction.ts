import type { DataSource, QueryRunner } from 'typeorm';
import { log } from '@dualwrite/telemetry';
import { translateDatabaseError, translateDriverError } from './database-errors';
import { takeAppended, kickerOf } from './outbox-kick';

const closing = new WeakMap<QueryRunner, readonly Promise<unknown>[]>();

/**
 * Runs `work` in one transaction and commits, or rolls back and throws. Where `work` appended to the outbox, its
 * publisher is woken right after the commit.
 *
 * @throws {DependencyUnavailable} connection lost, deadlock, serialization failure: run the whole work again
 * @throws {DependencyRefused} any other refusal, with `details.sqlstate` and `details.constraint`
 */
export async function inTransaction<T>(
  ds: DataSource,
  work: (runner: QueryRunner) => Promise<T>,
): Promise<T> {
  const runner = ds.createQueryRunner();
  try {
    await connect(runner);
    try {
      // Sent and not waited for: the first statement of the work goes out with it. It fails only if the connection
      // does, and then all that follows fails as well.
      const begun = runner.query('BEGIN');
      const [result] = await Promise.all([work(runner), begun]);
      await Promise.all([...(closing.get(runner) ?? []), runner.query('COMMIT')]);
      if (takeAppended(runner)) kickerOf(ds)?.kick();
      return result;
    } catch (error) {
      await rollBack(runner);
      throw translateDatabaseError(error, 'transaction');
    }
  } finally {
    await release(runner);
  }
}

/**
 * The last statement of the transaction, sent and not waited for: COMMIT goes out behind it. If it fails, COMMIT rolls
 * back and `inTransaction` throws what it failed with. Nothing may be sent after it.
 */
export function lastly(runner: QueryRunner, statement: Promise<unknown>): void {
  closing.set(runner, [...(closing.get(runner) ?? []), statement]);
  // The transaction may end for another reason before anybody looks at this.
  statement.catch(() => undefined);
}

async function connect(runner: QueryRunner): Promise<void> {
  try {
    await runner.connect();
  } catch (error) {
    throw translateDriverError(error, 'begin a transaction');
  }
}

/** The first error is the one that tells; a rollback fails mostly because the connection is gone. */
async function rollBack(runner: QueryRunner): Promise<void> {
  try {
    await runner.query('ROLLBACK');
  } catch (error) {
    log.debug('postgres.rollback_failed', { error });
  }
}

async function release(runner: QueryRunner): Promise<void> {
  try {
    await runner.release();
  } catch (error) {
    log.debug('postgres.release_failed', { error });
  }
}
