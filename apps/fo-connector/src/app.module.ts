import { Module, type DynamicModule } from '@nestjs/common';
import { ConnectorModule, Register, TrackedTables, sideUsers } from '@dualwrite/connector';
import type { Environment } from '@dualwrite/service';
import { FoClient, SideHttp } from '@dualwrite/odata';
import { EventReader } from './event-reader';
import { EventsController, EVENTS_KEYS } from './events.controller';
import type { FoSettings } from './fo-settings';
import { FoSide } from './fo-side';
import { KeySweep } from './key-sweep';

@Module({})
export class AppModule {
  static async forRoot(settings: FoSettings, env: Environment): Promise<DynamicModule> {
    const { origin, hostname } = new URL(settings.FO_URL);
    const http = new SideHttp({
      baseUrl: `${origin}/data`,
      users: sideUsers(settings, origin, env),
      requestDeadlineMs: settings.REQUEST_DEADLINE_MS,
    });
    const side = new FoSide({
      client: new FoClient(http),
      environmentId: settings.FO_ENVIRONMENT_ID,
      hostName: hostname,
      honoursIfMatch: settings.FO_HONOURS_IF_MATCH === 'true',
    });
    const connector = await ConnectorModule.forRoot({
      service: 'fo-connector',
      settings,
      side,
      feed: ({ register, store, requests, baselines }) =>
        new KeySweep({
          side,
          register,
          intervalMs: settings.SWEEP_INTERVAL_MS,
          pageRowCountMax: settings.PAGE_ROW_COUNT_MAX,
          store,
          onCovered: (table, begunUnder) => requests.cover(table, begunUnder),
          baselines,
        }),
    });
    return {
      module: AppModule,
      imports: [connector],
      controllers: [EventsController],
      providers: [
        { provide: EVENTS_KEYS, useValue: [settings.EVENTS_KEY, settings.API_TOKEN] },
        {
          provide: EventReader,
          inject: [Register, TrackedTables],
          useFactory: (register: Register, tables: TrackedTables) => new EventReader(register, tables),
        },
      ],
    };
  }
}
