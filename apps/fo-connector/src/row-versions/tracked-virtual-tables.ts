import type { ObservedTable } from '@dualwrite/connector';
import { hasVirtualKey, virtualTable, type DataverseClient } from '@dualwrite/odata';

/** Where changes of a table are asked for, or why they are not. */
export type VirtualTable =
  { readonly name: string; readonly entitySet: string } | { readonly name: string; readonly why: string };

/** An administrator may switch tracking on meanwhile. */
const ASK_AGAIN_MS = 300_000;

/** Which tables of F&O can be followed through Dataverse. Only what Dataverse itself says is believed. */
export class TrackedVirtualTables {
  private readonly known = new Map<string, { readonly table: VirtualTable; readonly askedAtMs: number }>();

  constructor(
    private readonly client: Pick<DataverseClient, 'trackedTable'>,
    private readonly names: Readonly<Record<string, string>>,
  ) {}

  /** @throws {SideUnavailable | DependencyRefused} Dataverse does not say */
  async find({ table, schema }: ObservedTable, nowMs: number): Promise<VirtualTable> {
    const known = this.known.get(table);
    if (known !== undefined && ('entitySet' in known.table || nowMs - known.askedAtMs < ASK_AGAIN_MS))
      return known.table;
    const found = await this.ask(this.names[schema.entitySet] ?? virtualTable(schema), hasVirtualKey(schema));
    this.known.set(table, { table: found, askedAtMs: nowMs });
    return found;
  }

  private async ask(name: string, hasKey: boolean): Promise<VirtualTable> {
    if (!hasKey) return { name, why: `the key of ${name} is spelled otherwise than F&O's` };
    const definition = await this.client.trackedTable(name);
    if (definition === null) return { name, why: `Dataverse shows no virtual table ${name}` };
    if (!definition.isTracked) return { name, why: `change tracking of ${name} is off` };
    return { name, entitySet: definition.entitySet };
  }
}
