import {
  confirmUnseen,
  Feed,
  FeedStore,
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
  readonly store: Pick<FeedStore, 'isCovered' | 'noteCovered'>;
  /** A sweep is complete and confirmed: say so in every partition. */
  readonly onCovered: (table: ObservedTable, baselines: Readonly<Record<string, number>>) => Promise<void>;
  /** Of the maps that want their tables observed. */
  readonly baselines: () => Readonly<Record<string, number>>;
}

interface SweptPage {
  readonly nativeIds: readonly string[];
  readonly differingCount: number;
  readonly nextCursor: string | null;
}

/** From this share of a page on it is read as a whole. */
const WHOLE_PAGE_FROM = 0.2;

/**
 * Heals what data events miss: reads key and ETag of every row, compares them with the register, and reads again what
 * differs. Rows that it does not meet are confirmed by their key before they count as gone (rule 4).
 */
export class KeySweep extends Feed {
  constructor(private readonly options: KeySweepOptions) {
    super();
  }

  override async turn(table: ObservedTable, isHeld: () => boolean): Promise<number> {
    const { register, intervalMs } = this.options;
    const baselines = this.options.baselines();
    const startedAtMs = Date.now();
    const position = await register.position();
    const seen = new SeenRows();
    let differingCount = 0;
    for (let cursor: string | null = null; ;) {
      if (!isHeld()) return intervalMs;
      const page: SweptPage = await this.page(table, cursor);
      for (const nativeId of page.nativeIds) seen.add(nativeId);
      differingCount += page.differingCount;
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    const confirmedCount = await confirmUnseen(register, table, { seen, position });
    await this.tellCoverage(table, baselines);
    if (differingCount + confirmedCount > 0) {
      log.info('sweep.done', { table: table.table, rowCount: seen.count, differingCount, confirmedCount });
    }
    // From beginning to beginning, and never without a breath in between.
    return Math.max(intervalMs - (Date.now() - startedAtMs), intervalMs / 4);
  }

  /** Once per column set and life of the register: after a restore, coverage starts anew (rule 23). */
  private async tellCoverage(
    table: ObservedTable,
    baselines: Readonly<Record<string, number>>,
  ): Promise<void> {
    const { store, onCovered } = this.options;
    if (await store.isCovered(table.table, table.columnSet)) return;
    await onCovered(table, baselines);
    await store.noteCovered(table.table, table.columnSet);
  }

  private async page(table: ObservedTable, cursor: string | null): Promise<SweptPage> {
    const { side, register, pageRowCountMax } = this.options;
    const bounds = { company: COVERAGE_ALL_COMPANIES, cursor, rowCountMax: pageRowCountMax };
    const keys = await side.chunk({ ...table, columns: table.schema.key }, bounds);
    const nativeIds = keys.rows.map((row) => row.nativeId);
    const different = await this.different(table, keys.rows);
    if (different.length <= nativeIds.length * WHOLE_PAGE_FROM) {
      if (different.length > 0) await register.look(table, different, 'sweep');
      return { nativeIds, differingCount: different.length, nextCursor: keys.nextCursor };
    }
    // The first sweep, or new columns: the whole page is cheaper than its rows by key.
    const sentAt = await register.position();
    const { rows, nextCursor } = await side.chunk(table, bounds);
    await register.observe(table, { sentAt, via: 'sweep', answers: rows });
    return { nativeIds: rows.map((row) => row.nativeId), differingCount: different.length, nextCursor };
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
