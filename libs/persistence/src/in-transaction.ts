import type { DataSource, QueryRunner } from 'typeorm';
import { log } from '@dualwrite/telemetry';
import { translateDatabaseError, translateDriverError } from './database-errors';
import { takeAppended, kickerOf } from './outbox-kick';

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
    await begin(runner);
    const result = await work(runner);
    await runner.commitTransaction();
    if (takeAppended(runner)) kickerOf(ds)?.kick();
    return result;
  } catch (error) {
    await rollBack(runner);
    throw translateDatabaseError(error, 'transaction');
  } finally {
    await release(runner);
  }
}

async function begin(runner: QueryRunner): Promise<void> {
  try {
    await runner.connect();
    await runner.startTransaction();
  } catch (error) {
    throw translateDriverError(error, 'begin a transaction');
  }
}

/** The first error is the one that tells; a rollback fails mostly because the connection is gone. */
async function rollBack(runner: QueryRunner): Promise<void> {
  if (!runner.isTransactionActive) return;
  try {
    await runner.rollbackTransaction();
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
