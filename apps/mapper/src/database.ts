import { MAPPER_STORE } from '@dualwrite/events';
import { leaseMigration, openDatabase, outboxMigration, storeEpochMigration } from '@dualwrite/persistence';
import type { DataSource } from 'typeorm';
import { BulkDues1763950000000 } from './migrations/bulk-dues';
import { Calls1763972000000 } from './migrations/calls';
import { Documents1763983000000 } from './migrations/documents';
import { DeleteBreaker1763981000000 } from './migrations/delete-breaker';
import { InitialMapper1763800000000 } from './migrations/initial-mapper';
import { KeyWanted1763900000000 } from './migrations/key-wanted';
import { ParkTable1763970000000 } from './migrations/park-table';
import { RunDirections1763982000000 } from './migrations/run-directions';
import { RunCompanies1763971000000 } from './migrations/run-companies';
import { Shadow1763980000000 } from './migrations/shadow';
import { RestoreMapper1763900001000 } from './migrations/restore-mapper';

export const MAPPER_SCHEMA = MAPPER_STORE;

export function openMapperDatabase(
  url: string,
  poolMax: number,
  schema = MAPPER_SCHEMA,
): Promise<DataSource> {
  return openDatabase({
    url,
    schema,
    poolMax,
    migrations: [
      outboxMigration,
      leaseMigration,
      storeEpochMigration,
      InitialMapper1763800000000,
      KeyWanted1763900000000,
      RestoreMapper1763900001000,
      BulkDues1763950000000,
      ParkTable1763970000000,
      RunCompanies1763971000000,
      Calls1763972000000,
      Shadow1763980000000,
      DeleteBreaker1763981000000,
      RunDirections1763982000000,
      Documents1763983000000,
    ],
  });
}

/** Schema that a database was opened with. */
export function schemaOf(database: DataSource): string {
  return 'schema' in database.options && typeof database.options.schema === 'string'
    ? database.options.schema
    : MAPPER_SCHEMA;
}
