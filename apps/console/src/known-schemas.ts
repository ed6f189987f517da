import type { Side } from '@dualwrite/events';
import type { TableSchema } from '@dualwrite/schemas';
import { SchemaSource } from './definition-checker';

const KEPT_MS = 60_000;

/**
 * Schemas for whoever needs one at every request: a schema is large, and to ask the connector for it took a call longer
 * than all else that the console does for it. A column that is new on a side is known a minute later.
 */
export class KnownSchemas extends SchemaSource {
  private readonly known = new Map<string, { readonly schema: TableSchema; readonly untilMs: number }>();

  constructor(
    private readonly source: SchemaSource,
    private readonly nowMs: () => number = Date.now,
  ) {
    super();
  }

  override async find(side: Side, table: string): Promise<TableSchema | undefined> {
    const name = `${side}/${table}`;
    const known = this.known.get(name);
    if (known && known.untilMs > this.nowMs()) return known.schema;
    const schema = await this.source.find(side, table);
    // A table that is not there yet is asked for again at once.
    if (schema) this.known.set(name, { schema, untilMs: this.nowMs() + KEPT_MS });
    return schema;
  }
}
