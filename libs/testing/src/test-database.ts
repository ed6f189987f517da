import { randomBytes } from 'node:crypto';
import { openDatabase, type DatabaseOptions } from '@dualwrite/persistence';
import { Client } from 'pg';
import type { DataSource } from 'typeorm';
import { requiredVariable } from './required-variable';

/** A schema of the real Postgres that belongs to one test; dropped at the end. */
export interface TestDatabase {
  readonly url: string;
  readonly schema: string;
  /** A data source as a replica has it: call it twice for two replicas. */
  open(options: Pick<DatabaseOptions, 'entities' | 'migrations' | 'poolMax'>): Promise<DataSource>;
  close(): Promise<void>;
}

/** @throws {Error} DATABASE_URL is not set */
export function testDatabase(): TestDatabase {
  const url = requiredVariable('DATABASE_URL');
  const schema = `t_${randomBytes(5).toString('hex')}`;
  const sources: DataSource[] = [];
  return {
    url,
    schema,
    async open(options) {
      const source = await openDatabase({ url, schema, ...options });
      sources.push(source);
      return source;
    },
    async close() {
      await Promise.all(sources.filter((source) => source.isInitialized).map((source) => source.destroy()));
      const client = new Client({ connectionString: url });
      await client.connect();
      try {
        await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
      } finally {
        await client.end();
      }
    },
  };
}
