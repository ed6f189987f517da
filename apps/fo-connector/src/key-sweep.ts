import {
  confirmUnseen,
  Feed,
  Register,
  SeenRows,
  type KeyedRow,
  type ObservedTable,
} from '@dualwrite/connector';
import { COVERAGE_ALL_COMPANIES } from '@dualwrite/events';
import { log } from '@dualwrite/telemetry';
import type { FoSide } from './fo-side';

export interface KeySweepOptions {
  readonly side: FoSide;
  readonly register: Register;
  readonly intervalMs: number;
  readonly pageRowCountMax: number;
}

/**
 * Heals what data events miss: reads key and ETag of every row, compares them with the register, and reads again what
 * differs. Rows that it does not meet are confirmed by their key before they count as gone (rule 4).
 */
export class KeySweep extends Feed {
  constructor(private readonly options: KeySweepOptions) {
    super();
  }

  override async turn(table: ObservedTable, isHeld: () => boolean): Promise<number> {
    const { side, register, intervalMs, pageRowCountMax } = this.options;
    const startedAtMs = Date.now();
    const position = await register.position();
    const seen = new SeenRows();
    const keysOnly: ObservedTable = { ...table, columns: table.schema.key };
    let differing = 0;
    for (let cursor: string | null = null; ;) {
      if (!isHeld()) return intervalMs;
      const chunk: Awaited<ReturnType<FoSide['chunk']>> = await side.chunk(keysOnly, {
        company: COVERAGE_ALL_COMPANIES,
        cursor,
        rowCountMax: pageRowCountMax,
      });
      for (const { nativeId } of chunk.rows) seen.add(nativeId);
      const different = await this.different(table, chunk.rows);
      if (different.length > 0) await register.look(table, different, 'sweep');
      differing += different.length;
      if (chunk.nextCursor === null) break;
      cursor = chunk.nextCursor;
    }
    const confirmed = await confirmUnseen(register, table, { seen, position });
    if (differing + confirmed > 0) {
      log.info('sweep.done', { table: table.table, rowCount: seen.count, differing, confirmed });
    }
    // From beginning to beginning, and never without a breath in between.
    return Math.max(intervalMs - (Date.now() - startedAtMs), intervalMs / 4);
  }

  private async different(table: ObservedTable, rows: readonly KeyedRow[]): Promise<string[]> {
    const known = await this.options.register.store.versions(
      table.table,
      rows.map((row) => row.nativeId),
    );
    return rows
      .filter(({ nativeId, row }) => {
        const entry = known.get(nativeId);
        return (
          entry?.version !== row.version ||
          entry.presence !== 'present' ||
          entry.columnSet !== table.columnSet
        );
      })
      .map((row) => row.nativeId);
  }
}
