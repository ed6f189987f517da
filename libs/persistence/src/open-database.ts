import type { Client } from 'pg';
import { DataSource, type DataSourceOptions, type MixedList, type EntitySchema } from 'typeorm';
import { log } from '@dualwrite/telemetry';
import { connectDedicated, searchPath } from './dedicated-connection';
import { translateDriverError } from './database-errors';
import { poolOptions } from './pool-options';

type EntityClass = abstract new (...args: never[]) => object;
type MigrationClasses = Extract<DataSourceOptions['migrations'], readonly unknown[]>;

export interface DatabaseOptions {
  readonly url: string;
  /** The service's own; no other service reads it. */
  readonly schema: string;
  readonly entities?: readonly (EntityClass | EntitySchema)[];
  /** In order; the number at the end of a class name is its time stamp. */
  readonly migrations: readonly (abstract new () => object)[];
  readonly poolMax?: number;
  /** How long a server that does not answer yet is waited for. */
  readonly connectTimeoutMs?: number;
}

const POOL_MAX = 10;
const CONNECT_TIMEOUT_MS = 60_000;
const RETRY_MS = 500;

/**
 * Opens the service's schema: creates it and runs what migrations are missing, under an advisory lock, so that two
 * replicas may start at once. Raw SQL needs no schema prefix. Never synchronizes.
 *
 * @throws {DependencyUnavailable} no answer within `connectTimeoutMs`
 * @throws {DependencyRefused} wrong password, no such database, a migration that fails
 */
export async function openDatabase(options: DatabaseOptions): Promise<DataSource> {
  const { url, schema, entities = [], migrations, poolMax = POOL_MAX } = options;
  const first = await connectWhenUp(options);
  try {
    // Two statements: the lock belongs to this session and falls with it, whatever happens below.
    await first.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [`migrations:${schema}`]);
    await first.query(`CREATE SCHEMA IF NOT EXISTS ${searchPath(schema)}`);
    const ds = new DataSource({
      ...poolOptions({ url, schema, poolMax, name: `dualwrite ${schema}` }),
      entities: [...entities] as MixedList<EntitySchema>,
      migrations: [...migrations] as MigrationClasses,
      migrationsTableName: 'migrations',
    });
    await ds.initialize();
    try {
      const run = await ds.runMigrations({ transaction: 'each' });
      if (run.length > 0) log.info('postgres.migrated', { schema, migrations: run.map(({ name }) => name) });
    } catch (error) {
      await ds.destroy();
      throw error;
    }
    return ds;
  } catch (error) {
    throw translateDriverError(error, `open schema ${schema}`);
  } finally {
    await first.end();
  }
}

async function connectWhenUp({ url, schema, connectTimeoutMs }: DatabaseOptions): Promise<Client> {
  const endsAt = Date.now() + (connectTimeoutMs ?? CONNECT_TIMEOUT_MS);
  for (;;) {
    try {
      const client = await connectDedicated({ url, schema }, `dualwrite ${schema} migrations`);
      // Without a listener the loss of this connection would end the process; the query under way says it anyway.
      client.on('error', (error) => log.debug('postgres.migration_connection_lost', { error }));
      return client;
    } catch (cause) {
      const error = translateDriverError(cause, 'connect');
      if (!error.retryable || Date.now() + RETRY_MS > endsAt) throw error;
      log.debug('postgres.connect_retried', { error });
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}
