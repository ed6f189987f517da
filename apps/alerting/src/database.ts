import { leaseMigration, openDatabase } from '@dualwrite/persistence';
import type { DataSource } from 'typeorm';
import { Alerts1763900000001 } from './migrations/alerts-1763900000001';
import { JournalByDay1763900000000 } from './migrations/journal-by-day-1763900000000';
import { Journal1763856000000 } from './migrations/journal-1763856000000';

const MIGRATIONS = [leaseMigration, Journal1763856000000, JournalByDay1763900000000, Alerts1763900000001];

export function openAlertingDatabase(url: string, schema = 'alerting'): Promise<DataSource> {
  return openDatabase({ url, schema, migrations: MIGRATIONS, poolMax: 12 });
}
