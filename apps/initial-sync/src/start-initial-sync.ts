import { bootService, type RunningService } from '@dualwrite/service';
import { openInitialSyncDatabase } from './database';
import { InitialSyncModule } from './initial-sync.module';
import type { InitialSyncSettings } from './settings';
import { SyncRuntime } from './sync-runtime';

export async function startInitialSync(settings: InitialSyncSettings): Promise<RunningService> {
  const database = await openInitialSyncDatabase(settings.DATABASE_URL);
  return bootService({
    name: 'initial-sync',
    module: InitialSyncModule.forRoot(settings, database),
    settings,
    readiness: { database: () => database.query('SELECT 1').then(() => true) },
    onStarted: (app) => app.get(SyncRuntime).start(),
  });
}
