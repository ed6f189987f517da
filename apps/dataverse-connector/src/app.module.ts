import { Module, type DynamicModule } from '@nestjs/common';
import { budgetLimits, ConnectorModule, SchemaCache, sideUsers } from '@dualwrite/connector';
import type { Environment } from '@dualwrite/service';
import { DataverseClient, DataverseMetadata, SideHttp } from '@dualwrite/odata';
import type { DataverseSettings } from './dataverse-settings';
import { DataverseSide } from './dataverse-side';
import { DeltaFeed } from './delta-feed';
import { ProvisionController } from './provision/provision.controller';
import { Provisioner } from './provision/provisioner';

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
    const connector = await ConnectorModule.forRoot({
      service: 'dataverse-connector',
      settings,
      side: new DataverseSide(client),
      feed: ({ register, store, requests, pace, baselines }) =>
        new DeltaFeed({
          client,
          register,
          store,
          intervalMs: settings.FEED_INTERVAL_MS,
          pageRowCountMax: settings.PAGE_ROW_COUNT_MAX,
          pace,
          onCovered: (table, begunUnder) => requests.cover(table, begunUnder),
          baselines,
        }),
    });
    return {
      module: AppModule,
      imports: [connector],
      controllers: [ProvisionController],
      providers: [
        {
          provide: Provisioner,
          inject: [SchemaCache],
          useFactory: (schemas: SchemaCache) =>
            new Provisioner({
              metadata: new DataverseMetadata(http),
              schemas,
              webhook: webhookOf(settings),
            }),
        },
      ],
    };
  }
}

/** Null: Dataverse cannot reach us, or nothing would prove that it is Dataverse. */
function webhookOf({
  WEBHOOK_URL: url,
  WEBHOOK_KEYS: [key],
}: DataverseSettings): { url: string; key: string } | null {
  return url === '' || key === undefined ? null : { url, key };
}
