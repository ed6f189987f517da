import {
  BULK_WAIT_MS,
  confirmUnseen,
  Feed,
  FeedStore,
  Register,
  SeenRows,
  type BulkPace,
  type FeedReport,
  type KeyedRow,
  type ObservedTable,
} from '@dualwrite/connector';
import { COVERAGE_ALL_COMPANIES } from '@dualwrite/events';
import { log } from '@dualwrite/telemetry';
import { setTimeout as delay } from 'node:timers/promises';
import type { FoSide } from './fo-side';

export interface KeySweepOptions {
  readonly side: FoSide;
  readonly register: Register;
  readonly intervalMs: number;
  readonly pageRowCountMax: number;
  readonly store: Pick<FeedStore, 'isCovered' | 'noteCovered'>;
  readonly pace: Pick<BulkPace, 'mayGoOn'>;
  /** When a chunk of the table was last read for a baseline. */
  readonly lastChunkMs: (table: string) => number | undefined;
  /** A sweep is complete and confirmed: say so in every partition. */
  readonly onCovered: (table: ObservedTable, baselines: Readonly<Record<string, number>>) => Promise<void>;
  /** Of the maps that want their tables observed. */
  readonly baselines: () => Readonly<Record<string, number>>;
  /** Has a data event of the table arrived lately? */
  readonly tellsEvents: (table: string) => boolean;
}

const MS_PER_HOUR = 3_600_000;

interface SweptPage {
  readonly nativeIds: readonly string[];
  readonly differingCount: number;
  readonly nextCursor: string | null;
}

/** A baseline begins within this, if it begins at all. */
const BASELINE_BEGINS_MS = 5_000;
/** A baseline that has not read for so long has ended, or waits for others. */
const CHUNK_GAP_MS = 3_000;
const BASELINE_LOOK_MS = 500;
/** From this share of a page on it is read as a whole. */
const WHOLE_PAGE_FROM = 0.2;

/**
 * Heals what data events miss: reads key and ETag of every row, compares them with the register, and reads again what
 * differs. Rows that it does not meet are confirmed by their key before they count as gone (rule 4).
 */
export class KeySweep extends Feed {
  private readonly servedMs = new Map<string, number>();
  /** Reads that the last sweep of each table took. */
  private readonly pageCounts = new Map<string, number>();

  constructor(private readonly options: KeySweepOptions) {
    super();
  }

  override report({ table }: ObservedTable): FeedReport {
    const { intervalMs, tellsEvents } = this.options;
    const hasEvents = tellsEvents(table);
    return {
      table,
      class: hasEvents ? 'events' : 'swept',
      reason: hasEvents ? 'data events arrive' : 'no data event of it has arrived since the service started',
      healMs: intervalMs,
      requestsPerHour: Math.ceil(MS_PER_HOUR / intervalMs) * (this.pageCounts.get(table) ?? 1),
    };
  }

  override async turn(table: ObservedTable, isHeld: () => boolean): Promise<number> {
    const { register, intervalMs } = this.options;
    if (await this.isBaselineReading(table)) return BASELINE_LOOK_MS;
    const baselines = this.options.baselines();
    const startedAtMs = Date.now();
    const position = await register.position();
    const seen = new SeenRows();
    let differingCount = 0;
    let pageCount = 0;
    for (let cursor: string | null = null; ;) {
      if (!isHeld()) return intervalMs;
      const page: SweptPage | null = await this.page(table, cursor, isHeld);
      if (page === null) return intervalMs;
      for (const nativeId of page.nativeIds) seen.add(nativeId);
      differingCount += page.differingCount;
      pageCount++;
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    const confirmedCount = await confirmUnseen(register, table, { seen, position });
    this.pageCounts.set(table.table, pageCount);
    await this.tellCoverage(table, baselines);
    if (differingCount + confirmedCount > 0) {
      log.info('sweep.done', { table: table.table, rowCount: seen.count, differingCount, confirmedCount });
    }
    // From beginning to beginning, and never without a breath in between.
    return Math.max(intervalMs - (Date.now() - startedAtMs), intervalMs / 4);
  }

  /** A baseline reads every row anyway: the first sweep comes after it, and then needs the keys alone. */
  private async isBaselineReading(table: ObservedTable): Promise<boolean> {
    const nowMs = Date.now();
    const servedMs = this.servedMs.get(table.table) ?? nowMs;
    this.servedMs.set(table.table, servedMs);
    const lastChunkMs = this.options.lastChunkMs(table.table);
    const isExpected =
      lastChunkMs === undefined ? nowMs - servedMs < BASELINE_BEGINS_MS : nowMs - lastChunkMs < CHUNK_GAP_MS;
    return isExpected && !(await this.options.store.isCovered(table.table, table.columnSet));
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

  /** Null: the table is no longer ours to sweep. */
  private async page(
    table: ObservedTable,
    cursor: string | null,
    isHeld: () => boolean,
  ): Promise<SweptPage | null> {
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
    while (!(await this.options.pace.mayGoOn(table.table))) {
      await delay(BULK_WAIT_MS);
      if (!isHeld()) return null;
    }
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
