import type { SchemaCache } from '@dualwrite/connector';
import { textOf, type FoClient } from '@dualwrite/odata';
import { checkFo, type CheckResult, type SideChecks } from '@dualwrite/provision';
import { DependencyRefused, SideUnavailable } from '@dualwrite/telemetry';

export interface FoCheckerOptions {
  readonly client: FoClient;
  readonly schemas: SchemaCache;
  readonly hostName: string;
}

const COMPANIES = { entitySet: 'LegalEntities', select: ['LegalEntityId'] };

/** Looks at the connection to F&O; a side that is away or refuses is a finding, no failure. */
export class FoChecker {
  constructor(private readonly options: FoCheckerOptions) {}

  async check(): Promise<SideChecks> {
    const { client, schemas, hostName } = this.options;
    try {
      await client.environmentId();
      const all = await schemas.all();
      const checks = checkFo({
        hostName,
        applicationVersion: (await client.applicationVersion()) ?? null,
        entities: new Set(all.keys()),
      });
      const companies = all.has(COMPANIES.entitySet) ? await this.companies() : null;
      return { checks: [reached, ...checks], companies };
    } catch (error) {
      if (!(error instanceof SideUnavailable || error instanceof DependencyRefused)) throw error;
      return { checks: [notReached(error)], companies: null };
    }
  }

  private async companies(): Promise<readonly string[]> {
    const codes: string[] = [];
    let page = await this.options.client.page(COMPANIES, {});
    for (;;) {
      codes.push(...page.rows.map((row) => textOf(row, 'LegalEntityId') ?? ''));
      if (page.nextLink === null) return codes;
      page = await this.options.client.followPage(page.nextLink);
    }
  }
}

const reached: CheckResult = {
  side: 'fo',
  code: 'fo-reach',
  state: 'ok',
  what: 'F&O answers, and takes our token',
  remedy: null,
};

function notReached({ message, details }: SideUnavailable | DependencyRefused): CheckResult {
  const text = typeof details['text'] === 'string' ? `: ${details['text'].slice(0, 300)}` : '';
  return {
    side: 'fo',
    code: 'fo-reach',
    state: 'failed',
    what: `${message}${text}`,
    remedy:
      'Check FO_URL and the OAUTH_ settings; in F&O, System administration, Setup, Microsoft Entra ID applications: the client id must be there, mapped to a user with roles.',
  };
}
