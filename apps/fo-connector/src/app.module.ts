import { Module, type DynamicModule } from '@nestjs/common';
import {
  budgetLimits,
  ConnectorModule,
  Register,
  SchemaCache,
  sideUsers,
  TrackedTables,
} from '@dualwrite/connector';
import type { Environment } from '@dualwrite/service';
import { FoClient, SideHttp } from '@dualwrite/odata';
import { CheckController } from './check/check.controller';
import { FoChecker } from './check/fo-checker';
import { EventHubFeed } from './events/event-hub-feed';
import { eventHubOf } from './events/event-hub-settings';
import { EventIntake } from './events/event-intake';
import { EventReader } from './events/event-reader';
import { EventReceipts } from './events/event-receipts';
import { EventsController, EVENTS_KEYS } from './events/events.controller';
import type { FoSettings } from './fo-settings';
import { FoSide } from './fo-side';
import { KeySweep } from './key-sweep';
import { FoPlanner } from './provision/fo-planner';
import { ProvisionController } from './provision/provision.controller';
import { rowVersionFeed, virtualTablesClient } from './row-versions/virtual-tables-link';
import { VersionProbe } from './version-probe';

@Module({})
export class AppModule {
  static async forRoot(settings: FoSettings, env: Environment): Promise<DynamicModule> {
    const { origin, hostname } = new URL(settings.FO_URL);
    const http = new SideHttp({
      baseUrl: `${origin}/data`,
      users: sideUsers(settings, origin, env),
      limits: budgetLimits(settings),
      requestDeadlineMs: settings.REQUEST_DEADLINE_MS,
    });
    const client = new FoClient(http);
    const side = new FoSide({
      client,
      environmentId: settings.FO_ENVIRONMENT_ID,
      hostName: hostname,
      versions: new VersionProbe({
        client,
        declared: settings.FO_HONOURS_IF_MATCH,
        testRow: settings.FO_TEST_ROW,
      }),
    });
    const eventHub = eventHubOf(settings);
    const virtual = virtualTablesClient(settings, env);
    const receipts = new EventReceipts();
    const connector = await ConnectorModule.forRoot({
      service: 'fo-connector',
      settings,
      side,
      feed: ({ register, store, requests, pace, baselines }) => {
        const sweep = new KeySweep({
          side,
          register,
          intervalMs: settings.SWEEP_INTERVAL_MS,
          pageRowCountMax: settings.PAGE_ROW_COUNT_MAX,
          store,
          pace,
          lastChunkMs: (table) => requests.lastChunkMs(table),
          onCovered: (table, begunUnder) => requests.cover(table, begunUnder),
          baselines,
          tellsEvents: (table) => receipts.has(table),
        });
        return virtual === null ? sweep : rowVersionFeed(virtual, { settings, sweep, register });
      },
    });
    return {
      module: AppModule,
      imports: [connector],
      controllers: [CheckController, EventsController, ProvisionController],
      providers: [
        { provide: EVENTS_KEYS, useValue: [settings.EVENTS_KEY, settings.API_TOKEN] },
        {
          provide: EventReader,
          inject: [Register, TrackedTables],
          useFactory: (register: Register, tables: TrackedTables) => new EventReader(register, tables),
        },
        {
          provide: EventIntake,
          inject: [EventReader, TrackedTables],
          useFactory: (reader: EventReader, tables: TrackedTables) =>
            new EventIntake({ reader, tables, receipts }),
        },
        {
          provide: EventHubFeed,
          inject: [EventIntake],
          useFactory: (intake: EventIntake) =>
            new EventHubFeed({ hub: eventHub, intake, clientId: settings.INSTANCE_ID }),
        },
        {
          provide: FoChecker,
          inject: [SchemaCache],
          useFactory: (schemas: SchemaCache) => new FoChecker({ client, schemas, hostName: hostname }),
        },
        { provide: EventReceipts, useValue: receipts },
        {
          provide: FoPlanner,
          inject: [SchemaCache, EventReceipts],
          useFactory: (schemas: SchemaCache, receipts: EventReceipts) =>
            new FoPlanner({ schemas, receipts, eventsUrl: settings.EVENTS_URL }),
        },
      ],
    };
  }
}
