import { leaseMigration, openDatabase, outboxMigration } from '@dualwrite/persistence';
import type { DataSource } from 'typeorm';
import { Runs1763856000000 } from './migrations/runs-1763856000000';
import { TotalCounts1763956000000 } from './migrations/total-counts-1763956000000';

export function openInitialSyncDatabase(url: string, schema = 'initial_sync'): Promise<DataSource> {
  return openDatabase({
    url,
    schema,
    migrations: [outboxMigration, leaseMigration, Runs1763856000000, TotalCounts1763956000000],
    poolMax: 6,
  });
}
