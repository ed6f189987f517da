import type { TrackedTables } from '@dualwrite/connector';
import { textOf, type DataverseMetadata, type JsonObject } from '@dualwrite/odata';
import { checkDataverse, ENDPOINT_NAME, type CheckResult, type SideChecks } from '@dualwrite/provision';
import { DependencyRefused, SideUnavailable } from '@dualwrite/telemetry';

export interface DataverseCheckerOptions {
  readonly metadata: DataverseMetadata;
  readonly tables: TrackedTables;
  readonly webhookUrl: string;
}

/** Looks at the connection to Dataverse; a side that is away or refuses is a finding, no failure. */
export class DataverseChecker {
  constructor(private readonly options: DataverseCheckerOptions) {}

  async check(): Promise<SideChecks> {
    const { metadata, tables, webhookUrl } = this.options;
    const observed = tables.current();
    try {
      const who = await metadata.find('WhoAmI');
      const checks = checkDataverse({
        isUserDisabled: await this.isDisabled(textOf(who, 'UserId')),
        trackingDays: await this.trackingDays(),
        synchronousSteps: await this.synchronousSteps(observed.map(({ table }) => table)),
        tables: await Promise.all(
          observed.map(async ({ table, schema }) => ({
            table,
            problem: await this.problemOf(`${schema.entitySet}?$top=1&$select=${schema.key.join(',')}`),
          })),
        ),
        webhookUrl,
      });
      return { checks: [reached, ...checks], companies: await this.companies() };
    } catch (error) {
      if (!(error instanceof SideUnavailable || error instanceof DependencyRefused)) throw error;
      return { checks: [notReached(error)], companies: null };
    }
  }

  private async isDisabled(userId: string | undefined): Promise<boolean | null> {
    const row = await this.readable(() =>
      this.options.metadata.find(`systemusers(${userId ?? ''})?$select=isdisabled`),
    );
    return row === null ? null : row['isdisabled'] === true;
  }

  private async trackingDays(): Promise<number | null> {
    const rows = await this.rows('organizations?$select=expirechangetrackingindays');
    const days = Number(textOf(rows?.[0], 'expirechangetrackingindays'));
    return Number.isInteger(days) ? days : null;
  }

  /** Steps of others that run within the writes of these tables. */
  private async synchronousSteps(tables: readonly string[]): Promise<string[]> {
    const rows = await this.rows(
      'sdkmessageprocessingsteps?$select=name&$filter=mode eq 0 and statecode eq 0 and _sdkmessagefilterid_value ne null&$expand=sdkmessagefilterid($select=primaryobjecttypecode)',
    );
    return (rows ?? []).flatMap((row) => {
      const table = textOf(row['sdkmessagefilterid'], 'primaryobjecttypecode') ?? '';
      const name = textOf(row, 'name') ?? '';
      return tables.includes(table) && !name.startsWith(ENDPOINT_NAME) ? [`${name} (${table})`] : [];
    });
  }

  private async companies(): Promise<string[] | null> {
    const rows = await this.rows('cdm_companies?$select=cdm_companycode');
    return rows === null ? null : rows.map((row) => textOf(row, 'cdm_companycode') ?? '');
  }

  private async problemOf(url: string): Promise<string | null> {
    try {
      await this.options.metadata.list(url);
      return null;
    } catch (error) {
      if (error instanceof DependencyRefused) return error.message;
      throw error;
    }
  }

  private rows(url: string): Promise<readonly JsonObject[] | null> {
    return this.readable(() => this.options.metadata.list(url));
  }

  /** null: the role does not allow it, or the table is not there. */
  private async readable<T>(read: () => Promise<T | null>): Promise<T | null> {
    try {
      return await read();
    } catch (error) {
      if (error instanceof DependencyRefused) return null;
      throw error;
    }
  }
}

const reached: CheckResult = {
  side: 'dataverse',
  code: 'dataverse-reach',
  state: 'ok',
  what: 'Dataverse answers, and takes our token',
  remedy: null,
};

function notReached({ message, details }: SideUnavailable | DependencyRefused): CheckResult {
  const text = typeof details['text'] === 'string' ? `: ${details['text'].slice(0, 300)}` : '';
  return {
    side: 'dataverse',
    code: 'dataverse-reach',
    state: 'failed',
    what: `${message}${text}`,
    remedy:
      'Check DATAVERSE_URL and the OAUTH_ settings; Power Platform admin center, environment, Application users: the app must be there, enabled, with a role.',
  };
}
