import { Client } from 'pg';

/** The state of a schema at one moment, as a backup of its database would hold it. */
export interface SchemaBackup {
  /** Everything that was stored since is gone. */
  restore(): Promise<void>;
  drop(): Promise<void>;
}

/** Copies all tables and sequences of a schema; names are of our own making, so they need no escaping. */
export async function backUpSchema({
  url,
  schema,
}: {
  readonly url: string;
  readonly schema: string;
}): Promise<SchemaBackup> {
  const copy = `${schema}_backup`;
  const { tables, sequences } = await withClient(url, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      'select tablename as name from pg_tables where schemaname = $1',
      [schema],
    );
    await client.query(`drop schema if exists ${copy} cascade`);
    await client.query(`create schema ${copy}`);
    await client.query('begin isolation level repeatable read');
    for (const { name } of rows)
      await client.query(`create table ${copy}.${name} as table ${schema}.${name}`);
    const found = await client.query<{ name: string; value: string | null }>(
      'select sequencename as name, last_value::text as value from pg_sequences where schemaname = $1',
      [schema],
    );
    await client.query('commit');
    return { tables: rows.map(({ name }) => name), sequences: found.rows };
  });
  return {
    restore: () =>
      withClient(url, async (client) => {
        await client.query('begin');
        // Whoever looks first gives way: a service that is at work does, and tries again; a restore is not turned away.
        await client.query(`set local deadlock_timeout = '1min'`);
        await client.query(`truncate ${tables.map((name) => `${schema}.${name}`).join(', ')}`);
        for (const name of tables) {
          await client.query(`insert into ${schema}.${name} overriding system value table ${copy}.${name}`);
        }
        for (const { name, value } of sequences) {
          await client.query('select setval($1, $2, $3)', [
            `${schema}.${name}`,
            value ?? '1',
            value !== null,
          ]);
        }
        await client.query('commit');
      }),
    drop: () =>
      withClient(url, async (client) => {
        await client.query(`drop schema if exists ${copy} cascade`);
      }),
  };
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('set client_min_messages = warning');
    return await work(client);
  } finally {
    await client.end();
  }
}
