import { Module, type DynamicModule } from '@nestjs/common';
import { ConnectorModule, sideUsers } from '@dualwrite/connector';
import type { Environment } from '@dualwrite/service';
import { DataverseClient, SideHttp } from '@dualwrite/odata';
import type { DataverseSettings } from './dataverse-settings';
import { DataverseSide } from './dataverse-side';
import { DeltaFeed } from './delta-feed';

@Module({})
export class AppModule {
  static async forRoot(settings: DataverseSettings, env: Environment): Promise<DynamicModule> {
    const { origin } = new URL(settings.DATAVERSE_URL);
    const client = new DataverseClient(
      new SideHttp({
        baseUrl: `${origin}/api/data/v9.2`,
        users: sideUsers(settings, origin, env),
        requestDeadlineMs: settings.REQUEST_DEADLINE_MS,
      }),
    );
    const connector = await ConnectorModule.forRoot({
      service: 'dataverse-connector',
      settings,
      side: new DataverseSide(client),
      feed: ({ register, store, requests, baselines }) =>
        new DeltaFeed({
          client,
          register,
          store,
          intervalMs: settings.FEED_INTERVAL_MS,
          pageRowCountMax: settings.PAGE_ROW_COUNT_MAX,
          onCovered: (table, begunUnder) => requests.cover(table, begunUnder),
          baselines,
        }),
    });
    return { module: AppModule, imports: [connector] };
  }
}
