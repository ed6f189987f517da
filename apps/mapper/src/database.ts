import { leaseMigration, openDatabase, outboxMigration } from '@dualwrite/persistence';
import type { DataSource } from 'typeorm';
import { InitialMapper1763800000000 } from './migrations/initial-mapper';
import { KeyWanted1763900000000 } from './migrations/key-wanted';

export const MAPPER_SCHEMA = 'mapper';

export function openMapperDatabase(
  url: string,
  poolMax: number,
  schema = MAPPER_SCHEMA,
): Promise<DataSource> {
  return openDatabase({
    url,
    schema,
    poolMax,
    migrations: [outboxMigration, leaseMigration, InitialMapper1763800000000, KeyWanted1763900000000],
  });
}
