import { Client } from 'pg';
import type { DataSource } from 'typeorm';
import { InvariantBroken } from '@dualwrite/telemetry';

/** Where a data source of `openDatabase` points to. */
export interface DatabaseTarget {
  readonly url: string;
  readonly schema: string;
}

const CONNECT_TIMEOUT_MS = 5_000;

export function targetOf(ds: DataSource): DatabaseTarget {
  const { options } = ds;
  if (options.type !== 'postgres' || options.url === undefined || options.schema === undefined) {
    throw new InvariantBroken('the data source was not made by openDatabase');
  }
  return { url: options.url, schema: options.schema };
}

/**
 * A connection outside of the pool, for what lives as long as a session: advisory locks and LISTEN.
 * Keep-alives make the server end the session, and free its locks, within half a minute of a lost machine.
 */
export async function connectDedicated({ url, schema }: DatabaseTarget, name: string): Promise<Client> {
  const client = new Client({
    connectionString: url,
    application_name: name,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    options:
      `-c search_path=${searchPath(schema)} -c client_connection_check_interval=2000 ` +
      '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3',
  });
  await client.connect();
  return client;
}

const SCHEMA_FORM = /^[a-z_][a-z0-9_]{0,62}$/;

/** The schema as part of the connection options; its form is narrow because it goes into SQL as it is. */
export function searchPath(schema: string): string {
  if (!SCHEMA_FORM.test(schema)) throw new InvariantBroken(`schema name ${schema} is not lower snake case`);
  return schema;
}
