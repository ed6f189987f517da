import type { TableSchema } from '@dualwrite/schemas';
import type { SidePort } from '../side-port';

/** `$metadata` is megabytes: read once, and again when it lacks what is asked for, but not for every question. */
const REFRESH_WAIT_MS = 30_000;

/** The side's tables as its metadata describes them. */
export class SchemaCache {
  private schemas: Promise<ReadonlyMap<string, TableSchema>> | null = null;
  private readAtMs = 0;

  constructor(private readonly side: SidePort) {}

  /** @throws {SideUnavailable} the metadata cannot be read now */
  all(): Promise<ReadonlyMap<string, TableSchema>> {
    if (this.schemas === null) {
      this.readAtMs = Date.now();
      this.schemas = this.side.schemas();
      // A failure is not kept: the next question asks again.
      this.schemas.catch(() => (this.schemas = null));
    }
    return this.schemas;
  }

  /** Reads the metadata again if the table or one of the columns is not in it. */
  async find(table: string, columns: readonly string[] = []): Promise<TableSchema | undefined> {
    const found = (await this.all()).get(table);
    const isComplete = found !== undefined && columns.every((column) => found.columns.has(column));
    if (isComplete || Date.now() - this.readAtMs < REFRESH_WAIT_MS) return found;
    this.schemas = null;
    return (await this.all()).get(table);
  }
}
