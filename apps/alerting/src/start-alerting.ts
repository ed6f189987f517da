import { Names } from '@dualwrite/events';
import { KafkaLink } from '@dualwrite/kafka';
import {
  bootService,
  followStatus,
  MapsState,
  type Environment,
  type RunningService,
} from '@dualwrite/service';
import { AlertingModule } from './alerting.module';
import { AlertingRuntime } from './alerting-runtime';
import { openAlertingDatabase } from './database';
import { JournalKeeper } from './journal/journal-keeper';
import type { AlertingSettings } from './settings';
import { StatusBook } from './status/status-book';

/** @param env where secrets are that channels name */
export async function startAlerting(
  settings: AlertingSettings,
  env: Environment = {},
): Promise<RunningService> {
  const database = await openAlertingDatabase(settings.DATABASE_URL);
  return bootService({
    name: 'alerting',
    module: AlertingModule.forRoot({ settings, database, env }),
    settings,
    readiness: { database: () => database.query('SELECT 1').then(() => true) },
    onStarted: async (app) => {
      const instance = settings.INSTANCE_ID;
      await app.get(MapsState).start();
      const book = app.get(StatusBook);
      await followStatus({
        link: app.get(KafkaLink),
        names: app.get(Names),
        service: 'alerting',
        instance,
        onStatus: (status) => book.note(status),
      });
      await app.get(JournalKeeper).start();
      app.get(AlertingRuntime).start();
    },
  });
}
