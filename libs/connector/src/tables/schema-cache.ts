import { withColumnFacts, type TableSchema } from '@dualwrite/schemas';
import type { SidePort } from '../side-port';

/** `$metadata` is megabytes: read once, and again when it lacks what is asked for, but not for every question. */
const REFRESH_WAIT_MS = 30_000;

/** The side's tables as its metadata describes them. */
export class SchemaCache {
  private schemas: Promise<ReadonlyMap<string, TableSchema>> | null = null;
  /** With the facts of the metadata service, which is asked table by table. */
  private readonly complete = new Map<string, Promise<TableSchema>>();
  private readAtMs = 0;

  constructor(private readonly side: SidePort) {}

  /** All tables by `$metadata` alone. */
  all(): Promise<ReadonlyMap<string, TableSchema>> {
    if (this.schemas === null) {
      this.readAtMs = Date.now();
      this.complete.clear();
      this.schemas = this.side.schemas();
      // A failure is not kept: the next question asks again. Whoever asked this time gets the error itself.
      this.schemas.catch(() => (this.schemas = null));
    }
    return this.schemas;
  }

  /** The side was changed by us: the next question reads it again. */
  forget(): void {
    this.schemas = null;
  }

  /**
   * One table with all that is known of it. Reads the metadata again if the table or one of the columns is not in it.
   *
   * @throws {SideUnavailable} the metadata cannot be read now
   */
  async find(table: string, columns: readonly string[] = []): Promise<TableSchema | undefined> {
    const found = (await this.all()).get(table);
    const isComplete = found !== undefined && columns.every((column) => found.columns.has(column));
    if (isComplete || Date.now() - this.readAtMs < REFRESH_WAIT_MS) return found && this.withFacts(found);
    this.schemas = null;
    const again = (await this.all()).get(table);
    return again && this.withFacts(again);
  }

  private withFacts(schema: TableSchema): Promise<TableSchema> {
    const known = this.complete.get(schema.table);
    if (known) return known;
    const asked = Promise.all([this.side.facts(schema), this.side.honoursVersions(schema)]).then(
      ([facts, isConditional]) => ({ ...withColumnFacts(schema, facts), isConditional }),
    );
    this.complete.set(schema.table, asked);
    asked.catch(() => this.complete.delete(schema.table));
    return asked;
  }
}
