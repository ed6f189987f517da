import type { Side } from '@dualwrite/events';
import { schemaFromJson, type TableSchema, type TableSchemaJson } from '@dualwrite/schemas';
import type { InternalClient } from '@dualwrite/service';
import { DependencyRefused, DependencyUnavailable, log } from '@dualwrite/telemetry';
import { SchemaSource } from './definition-checker';
import { problem } from './problems';

/** Large metadata takes a side its time when nobody has asked before. */
const TIMEOUT_MS = 20_000;

/** Schemas as the connectors know them from their sides' metadata. */
export class ConnectorSchemas extends SchemaSource {
  constructor(private readonly connectors: Readonly<Record<Side, InternalClient>>) {
    super();
  }

  override async find(side: Side, table: string): Promise<TableSchema | undefined> {
    const path = `/schema/${encodeURIComponent(table)}`;
    try {
      const json = await this.connectors[side].request<TableSchemaJson>(path, { timeoutMs: TIMEOUT_MS });
      return schemaFromJson(json);
    } catch (error) {
      if (error instanceof DependencyRefused && error.details['status'] === 404) return undefined;
      if (!(error instanceof DependencyUnavailable)) throw error;
      log.warn('console.schema_unavailable', { side, table, error });
      throw problem(503, 'schema-unavailable', `The ${side}-connector does not answer`, {
        detail: `The schema of ${table} is needed to check the map; nothing was applied. Try again in a moment.`,
      });
    }
  }
}
