import { Module, type DynamicModule } from '@nestjs/common';
import { ConnectorModule, Register, TrackedTables } from '@dualwrite/connector';
import { ClientCredentials, FoClient, SideHttp } from '@dualwrite/odata';
import { EventReader } from './event-reader';
import { EventsController, EVENTS_KEYS } from './events.controller';
import type { FoSettings } from './fo-settings';
import { FoSide } from './fo-side';
import { KeySweep } from './key-sweep';

@Module({})
export class AppModule {
  static async forRoot(settings: FoSettings): Promise<DynamicModule> {
    const { origin, hostname } = new URL(settings.FO_URL);
    const token = new ClientCredentials({
      tokenUrl: settings.OAUTH_TOKEN_URL,
      clientId: settings.OAUTH_CLIENT_ID,
      clientSecret: settings.OAUTH_CLIENT_SECRET,
      scope: settings.OAUTH_SCOPE || `${origin}/.default`,
    });
    const http = new SideHttp({
      baseUrl: `${origin}/data`,
      token,
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
