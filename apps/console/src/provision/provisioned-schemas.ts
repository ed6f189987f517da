import type { Side } from '@dualwrite/events';
import { asProvisioned, type TableDefinition } from '@dualwrite/provision';
import type { TableSchema } from '@dualwrite/schemas';
import { SchemaSource } from '../definition-checker';

/** Schemas as they will be once the plan is carried out, so that a map can be held against tables that are not there yet. */
export class ProvisionedSchemas extends SchemaSource {
  constructor(
    private readonly actual: SchemaSource,
    private readonly definitions: readonly TableDefinition[],
  ) {
    super();
  }

  override async find(side: Side, table: string): Promise<TableSchema | undefined> {
    const found = await this.actual.find(side, table);
    return side === 'fo' ? found : asProvisioned(found, table, this.definitions);
  }
}
