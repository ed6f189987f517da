import { openDatabase, outboxMigration } from '@dualwrite/persistence';
import type { DataSource } from 'typeorm';
import { Maps1763856000000 } from './migrations/maps-1763856000000';
import { Operations1763970000000 } from './migrations/operations-1763970000000';

export function openConsoleDatabase(url: string, schema = 'console'): Promise<DataSource> {
  return openDatabase({
    url,
    schema,
    migrations: [outboxMigration, Maps1763856000000, Operations1763970000000],
    poolMax: 8,
  });
}
