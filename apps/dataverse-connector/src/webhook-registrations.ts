import type { ObservedTable } from '@dualwrite/connector';
import type { DataverseMetadata } from '@dualwrite/odata';
import { planWebhook, type EndpointSettings } from '@dualwrite/provision';
import { DependencyRefused, log } from '@dualwrite/telemetry';
import { readWebhook } from './provision/read-webhook';

export type Registration = 'registered' | 'not-wanted' | 'not-registered' | 'not-known';

export interface WebhookRegistrationsOptions {
  readonly metadata: DataverseMetadata;
  /** null: Dataverse cannot reach us. */
  readonly webhook: Omit<EndpointSettings, 'name'> | null;
}

/** Registrations are changed by people, or by us. */
const KEPT_MS = 5 * 60_000;
const KEPT_WITHOUT_MS = 60_000;

/** Is Dataverse set up to tell us of every change of a table, by what it says itself? */
export class WebhookRegistrations {
  private readonly known = new Map<string, { readonly answer: Registration; readonly untilMs: number }>();

  constructor(private readonly options: WebhookRegistrationsOptions) {}

  /** Something was registered: the next question asks anew. */
  forget(): void {
    this.known.clear();
  }

  async of(table: ObservedTable): Promise<Registration> {
    const name = `${table.table}/${table.columnSet}`;
    const known = this.known.get(name);
    if (known !== undefined && Date.now() < known.untilMs) return known.answer;
    const answer = await this.ask(table);
    const keptMs = answer === 'registered' ? KEPT_MS : KEPT_WITHOUT_MS;
    this.known.set(name, { answer, untilMs: Date.now() + keptMs });
    return answer;
  }

  private async ask({ table, columns }: ObservedTable): Promise<Registration> {
    const { metadata, webhook } = this.options;
    if (webhook === null) return 'not-wanted';
    const wanted = [
      { table, definition: null, columns: columns.map((name) => ({ name, definition: null })), keys: [] },
    ];
    try {
      const items = planWebhook(wanted, await readWebhook(metadata, [table]), webhook);
      return items.length === 0 ? 'registered' : 'not-registered';
    } catch (error) {
      if (!(error instanceof DependencyRefused)) throw error;
      // A role without the right to see registrations: then nothing is relied on.
      log.warn('feed.registration_not_readable', { table, error });
      return 'not-known';
    }
  }
}
