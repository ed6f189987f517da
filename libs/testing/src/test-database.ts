import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { requiredVariable } from './required-variable';

/** The real Postgres, and the name of a schema of one test's own (`openDatabase` makes it). */
export interface TestDatabase {
  readonly url: string;
  readonly schema: string;
  drop(): Promise<void>;
}

/** @throws {Error} DATABASE_URL is not set */
export function testDatabase(): TestDatabase {
  const url = requiredVariable('DATABASE_URL');
  const schema = `t_${randomBytes(5).toString('hex')}`;
  return {
    url,
    schema,
    async drop() {
      const client = new Client({ connectionString: url });
      await client.connect();
      try {
        await client.query('SET client_min_messages = warning');
        await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
      } finally {
        await client.end();
      }
    },
  };
}
