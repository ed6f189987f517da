import { bootService, MapsState, type RunningService } from '@dualwrite/service';
import { AlertingModule } from './alerting.module';
import { openAlertingDatabase } from './database';
import { JournalKeeper } from './journal/journal-keeper';
import type { AlertingSettings } from './settings';

export async function startAlerting(settings: AlertingSettings): Promise<RunningService> {
  const database = await openAlertingDatabase(settings.DATABASE_URL);
  return bootService({
    name: 'alerting',
    module: AlertingModule.forRoot(settings, database),
    settings,
    readiness: { database: () => database.query('SELECT 1').then(() => true) },
    onStarted: async (app) => {
      await app.get(MapsState).start();
      await app.get(JournalKeeper).start();
    },
  });
}
