import { sideUsers, type Feed, type Register } from '@dualwrite/connector';
import { DataverseClient, SideHttp, type BudgetLimits } from '@dualwrite/odata';
import type { Environment } from '@dualwrite/service';
import type { FoSettings } from '../fo-settings';
import { RowVersionFeed } from './row-version-feed';
import { TrackedVirtualTables } from './tracked-virtual-tables';

/** Of one user on one server, as documented; what Dataverse says itself is obeyed. */
const LIMITS: BudgetLimits = {
  requestCountMax: 6_000,
  executionMsMax: 1_200_000,
  concurrencyMax: 52,
  windowMs: 300_000,
};
const PAGE_ROW_COUNT_MAX = 5_000;

/** Dataverse as far as it shows F&O's entities; null: none is set. */
export function virtualTablesClient(settings: FoSettings, env: Environment): DataverseClient | null {
  if (settings.VIRTUAL_TABLES_URL === '') return null;
  const { origin } = new URL(settings.VIRTUAL_TABLES_URL);
  // The scope of the setting is F&O's.
  const users = sideUsers({ ...settings, OAUTH_SCOPE: '' }, origin, env);
  const { REQUEST_DEADLINE_MS: requestDeadlineMs } = settings;
  return new DataverseClient(
    new SideHttp({ baseUrl: `${origin}/api/data/v9.2`, users, limits: LIMITS, requestDeadlineMs }),
  );
}

export function rowVersionFeed(
  client: DataverseClient,
  { settings, sweep, register }: { settings: FoSettings; sweep: Feed; register: Register },
): RowVersionFeed {
  return new RowVersionFeed({
    sweep,
    register,
    client,
    tables: new TrackedVirtualTables(client, settings.VIRTUAL_TABLE_NAMES),
    intervalMs: settings.ROW_VERSION_INTERVAL_MS,
    pageRowCountMax: PAGE_ROW_COUNT_MAX,
  });
}
