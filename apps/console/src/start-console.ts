import { bootService, type RunningService } from '@dualwrite/service';
import { CallsConsumer } from './calls/calls.consumer';
import { ConsoleModule } from './console.module';
import { ConsoleRuntime } from './console-runtime';
import { openConsoleDatabase } from './database';
import { serveOpenApi } from './openapi';
import { SAVES_PATH } from './saves/saves.controller';
import type { ConsoleSettings } from './settings';

/** Hundreds of map files in one request. */
const BODY_BYTES_MAX = 16 * 1_048_576;
/** Dataverse leaves out the rows of a context that is larger than 256 KiB. */
const SAVE_BODY_BYTES_MAX = 512 * 1_024;

export async function startConsole(settings: ConsoleSettings): Promise<RunningService> {
  const database = await openConsoleDatabase(settings.DATABASE_URL);
  return bootService({
    name: 'console',
    module: ConsoleModule.forRoot(settings, database),
    settings,
    bodyBytesMax: BODY_BYTES_MAX,
    rawBodies: { pathPrefix: SAVES_PATH, bytesMax: SAVE_BODY_BYTES_MAX },
    readiness: { database: () => database.query('SELECT 1').then(() => true) },
    configure: serveOpenApi,
    onStarted: async (app) => {
      await app.get(ConsoleRuntime).start(settings.INSTANCE_ID);
      app.get(CallsConsumer).start();
    },
  });
}
