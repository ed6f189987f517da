import { openDatabase } from '@dualwrite/persistence';
import type { DataSource } from 'typeorm';
import { Journal1763856000000 } from './migrations/journal-1763856000000';
import { JournalByDay1763900000000 } from './migrations/journal-by-day-1763900000000';

export function openAlertingDatabase(url: string, schema = 'alerting'): Promise<DataSource> {
  return openDatabase({
    url,
    schema,
    migrations: [Journal1763856000000, JournalByDay1763900000000],
    poolMax: 8,
  });
}
