import { bootService, type RunningService } from '@dualwrite/service';
import { openMapperDatabase } from './database';
import { MapperLife } from './mapper-life';
import { MapperModule } from './mapper.module';
import type { MapperSettings } from './settings';

/** @param schema of Postgres; another one than the mapper's own only where several run beside each other (bench) */
export async function bootMapper(settings: MapperSettings, schema?: string): Promise<RunningService> {
  const { DATABASE_URL, DATABASE_POOL_COUNT_MAX: poolMax } = settings;
  // The other half is the pool of changes.
  const database = await openMapperDatabase(DATABASE_URL, Math.ceil(poolMax / 2), schema);
  return bootService({
    name: 'mapper',
    module: MapperModule.forRoot(settings, database),
    settings,
    readiness: {
      postgres: async () => {
        await database.query('select 1');
        return true as const;
      },
    },
    onStarted: (app) => app.get(MapperLife).start(),
  });
}
