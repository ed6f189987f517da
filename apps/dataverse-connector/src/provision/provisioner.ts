import type { SchemaCache } from '@dualwrite/connector';
import type { DataverseMetadata } from '@dualwrite/odata';
import {
  planTables,
  planWebhook,
  type EndpointSettings,
  type PlanItem,
  type PlannedItem,
  type WantedTable,
} from '@dualwrite/provision';
import { DependencyRefused, log } from '@dualwrite/telemetry';
import { carryOut } from './carry-out';
import { readTables } from './read-tables';
import { readWebhook } from './read-webhook';

export interface ProvisionerOptions {
  readonly metadata: DataverseMetadata;
  readonly schemas: Pick<SchemaCache, 'forget'>;
  /** Where Dataverse reaches us, and what proves that it is Dataverse; null: it is not to call us. */
  readonly webhook: Omit<EndpointSettings, 'name'> | null;
  /** Something was registered. */
  readonly onRegistered?: () => void;
}

export interface AppliedItem {
  readonly where: string;
  readonly what: string;
  /** null: done. */
  readonly problem: string | null;
}

export interface ApplyAnswer {
  readonly applied: readonly AppliedItem[];
  /** What is different now. */
  readonly items: readonly PlanItem[];
}

/** Steps go on in the next call: nobody waits for an answer for as long as a whole environment takes. */
const APPLY_MS_MAX = 15_000;

/** Compares Dataverse with what the maps need, and brings it nearer, by its documented metadata API alone. */
export class Provisioner {
  constructor(private readonly options: ProvisionerOptions) {}

  async plan(wanted: readonly WantedTable[]): Promise<readonly PlanItem[]> {
    return (await this.look(wanted)).map(shown);
  }

  /** Carries out what can be done in a while, and says what is left. May be repeated at any time, by anybody. */
  async apply(wanted: readonly WantedTable[]): Promise<ApplyAnswer> {
    const endsAtMs = Date.now() + APPLY_MS_MAX;
    const applied: AppliedItem[] = [];
    for (const item of await this.look(wanted)) {
      if (item.step === null) continue;
      if (Date.now() >= endsAtMs) break;
      applied.push(await this.carryOut(item));
    }
    // Maps are checked against the schema as it is now.
    if (applied.length > 0) this.options.schemas.forget();
    if (applied.length > 0) this.options.onRegistered?.();
    return { applied, items: await this.plan(wanted) };
  }

  private async carryOut({ step, where, what }: PlannedItem): Promise<AppliedItem> {
    try {
      if (step !== null) await carryOut(this.options.metadata, step);
      log.info('provision.done', { where, what });
      return { where, what, problem: null };
    } catch (error) {
      // Refused for one thing, the others go on; a side that is away ends the whole call.
      if (!(error instanceof DependencyRefused)) throw error;
      log.warn('provision.refused', { where, what, error });
      return { where, what, problem: problemOf(error) };
    }
  }

  private async look(wanted: readonly WantedTable[]): Promise<readonly PlannedItem[]> {
    const { metadata, webhook } = this.options;
    const names = wanted.map(({ table }) => table);
    const tables = await readTables(metadata, names);
    const items = planTables(wanted, tables);
    if (webhook === null) return items;
    const actual = await readWebhook(metadata, names);
    return [...items, ...planWebhook(wanted, actual, webhook)];
  }
}

function problemOf({ message, details }: DependencyRefused): string {
  return [message, details['code'], details['text']].filter((part) => part !== undefined).join(' ');
}

function shown({ step: _, ...item }: PlannedItem): PlanItem {
  return item;
}
