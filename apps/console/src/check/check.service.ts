import { SIDES, type Side } from '@dualwrite/events';
import { checkCompanies, type CheckResult, type SideChecks } from '@dualwrite/provision';
import type { InternalClient } from '@dualwrite/service';
import { DependencyRefused, DependencyUnavailable } from '@dualwrite/telemetry';

/** A side that is away is waited for by its connector. */
const TIMEOUT_MS = 60_000;

/** Every check of both connections. What cannot be looked at is a finding of its own. */
export class CheckService {
  constructor(private readonly connectors: Readonly<Record<Side, InternalClient>>) {}

  async check(): Promise<CheckResult[]> {
    const [fo, dataverse] = await Promise.all(SIDES.map((side) => this.ask(side)));
    const checks = [...(fo?.checks ?? []), ...(dataverse?.checks ?? [])];
    const companies = [fo?.companies, dataverse?.companies];
    if (companies[0] && companies[1]) checks.push(checkCompanies(companies[0], companies[1]));
    return checks;
  }

  private async ask(side: Side): Promise<SideChecks> {
    try {
      return await this.connectors[side].request<SideChecks>('/check', { timeoutMs: TIMEOUT_MS });
    } catch (error) {
      if (!(error instanceof DependencyUnavailable || error instanceof DependencyRefused)) throw error;
      const check: CheckResult = {
        side,
        code: 'connector-reach',
        state: 'failed',
        what: `the ${side}-connector could not look: ${error.message}`,
        remedy: 'See its log: a setting that is not valid, Kafka or Postgres away end it at the start.',
      };
      return { checks: [check], companies: null };
    }
  }
}
