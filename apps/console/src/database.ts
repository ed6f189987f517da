import { openDatabase, outboxMigration } from '@dualwrite/persistence';
import type { DataSource } from 'typeorm';
import { Maps1763856000000 } from './migrations/maps-1763856000000';

export function openConsoleDatabase(url: string, schema = 'console'): Promise<DataSource> {
  return openDatabase({ url, schema, migrations: [outboxMigration, Maps1763856000000], poolMax: 8 });
}
