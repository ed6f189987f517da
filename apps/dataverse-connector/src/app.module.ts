import { Module, type DynamicModule } from '@nestjs/common';
import { budgetLimits, ConnectorModule, SchemaCache, sideUsers, TrackedTables } from '@dualwrite/connector';
import type { Environment } from '@dualwrite/service';
import { DataverseClient, DataverseMetadata, SideHttp } from '@dualwrite/odata';
import { CheckController } from './check/check.controller';
import { DataverseChecker } from './check/dataverse-checker';
import type { DataverseSettings } from './dataverse-settings';
import { DataverseSide } from './dataverse-side';
import { DeltaFeed } from './delta-feed';
import { ProvisionController } from './provision/provision.controller';
import { Provisioner } from './provision/provisioner';
import { webhookOf } from './webhook-settings';
import { WebhookRegistrations } from './webhook-registrations';
import { WEBHOOK_KEYS, WebhooksController } from './webhooks.controller';

@Module({})
export class AppModule {
  static async forRoot(settings: DataverseSettings, env: Environment): Promise<DynamicModule> {
    const { origin } = new URL(settings.DATAVERSE_URL);
    const http = new SideHttp({
      baseUrl: `${origin}/api/data/v9.2`,
      users: sideUsers(settings, origin, env),
      limits: budgetLimits(settings),
      requestDeadlineMs: settings.REQUEST_DEADLINE_MS,
    });
    const client = new DataverseClient(http);
    const metadata = new DataverseMetadata(http);
    const webhook = webhookOf(settings);
    const registrations = new WebhookRegistrations({ metadata, webhook });
    const connector = await ConnectorModule.forRoot({
      service: 'dataverse-connector',
      settings,
      side: new DataverseSide(client),
      feed: ({ register, store, requests, pace, nudges, baselines }) =>
        new DeltaFeed({
          client,
          register,
          store,
          nudges,
          registrations,
          intervalMs: settings.FEED_INTERVAL_MS,
          healIntervalMs: settings.FEED_HEAL_INTERVAL_MS,
          pageRowCountMax: settings.PAGE_ROW_COUNT_MAX,
          pace,
          onCovered: (table, begunUnder) => requests.cover(table, begunUnder),
          baselines,
        }),
    });
    return {
      module: AppModule,
      imports: [connector],
      controllers: [CheckController, ProvisionController, WebhooksController],
      providers: [
        {
          provide: Provisioner,
          inject: [SchemaCache],
          useFactory: (schemas: SchemaCache) =>
            new Provisioner({ metadata, schemas, webhook, onRegistered: () => registrations.forget() }),
        },
        {
          provide: DataverseChecker,
          inject: [TrackedTables],
          useFactory: (tables: TrackedTables) =>
            new DataverseChecker({ metadata, tables, webhookUrl: settings.WEBHOOK_URL }),
        },
        { provide: WEBHOOK_KEYS, useValue: settings.WEBHOOK_KEYS },
      ],
    };
  }
}
