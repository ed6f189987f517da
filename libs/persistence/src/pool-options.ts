import { log } from '@dualwrite/telemetry';
import type { PostgresDataSourceOptions } from 'typeorm/driver/postgres/PostgresDataSourceOptions';
import { searchPath, type DatabaseTarget } from './dedicated-connection';
import { GatheringClient } from './gathering-client';

const POOL_CONNECT_TIMEOUT_MS = 10_000;

interface PoolOptions extends DatabaseTarget {
  readonly name: string;
  readonly poolMax: number;
  readonly client?: typeof GatheringClient;
  /** Of Postgres, for each session of the pool; names and values are ours. */
  readonly sessionSettings?: Readonly<Record<string, string>>;
}

/** What all our pools have in common. */
export function poolOptions(options: PoolOptions): PostgresDataSourceOptions {
  const { url, schema, name, poolMax, client = GatheringClient, sessionSettings = {} } = options;
  const session = { search_path: searchPath(schema), ...sessionSettings };
  return {
    type: 'postgres',
    url,
    schema,
    synchronize: false,
    installExtensions: false,
    applicationName: name,
    poolSize: poolMax,
    // An idle connection that breaks is no news: the pool makes a new one, and a broken query says so itself.
    poolErrorHandler: (error: unknown) => log.debug('postgres.idle_connection_lost', { error }),
    extra: {
      options: Object.entries(session)
        .map(([setting, value]) => `-c ${setting}=${value}`)
        .join(' '),
      connectionTimeoutMillis: POOL_CONNECT_TIMEOUT_MS,
      keepAlive: true,
      // Statements that do not wait for each other's answers go out together.
      pipeline: true,
      Client: client,
    },
  };
}
