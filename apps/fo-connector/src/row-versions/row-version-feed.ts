import { Feed, type FeedReport, type ObservedTable, type Register } from '@dualwrite/connector';
import { virtualColumn, virtualNativeId, type DataverseClient, type DataversePage } from '@dualwrite/odata';
import { DependencyRefused, log, SideUnavailable } from '@dualwrite/telemetry';
import type { TrackedVirtualTables, VirtualTable } from './tracked-virtual-tables';

export interface RowVersionFeedOptions {
  /** Finds everything, if later: deletes above all. */
  readonly sweep: Feed;
  readonly client: Pick<DataverseClient, 'trackChanges' | 'followChanges'>;
  readonly tables: Pick<TrackedVirtualTables, 'find'>;
  readonly register: Pick<Register, 'look'>;
  readonly intervalMs: number;
  readonly pageRowCountMax: number;
  readonly now?: () => number;
}

interface Followed {
  /** Next page or next round; null: tracking is to begin. */
  link: string | null;
  /** The first reading is over: a page brings changes. */
  isBegun: boolean;
  why: string;
  askAtMs: number;
  sweepAtMs: number;
  sweptAtMs: number;
}

const LOOK_ROW_COUNT_MAX = 100;
const NOT_SERVED_WAIT_MS = 30_000;
/** A delete is found by a sweep; many deletes by one. */
const SWEEP_GAP_MS = 10_000;
const MS_PER_HOUR = 3_600_000;
const MOST_BY_SWEEP = 'its first reading is not over';

/**
 * Asks Dataverse's virtual tables which rows of F&O have changed, and reads those in F&O (rule 3: a hint carries no
 * content). A link is not kept over a restart: what changes before the new one is found by the sweep that begins beside it.
 * Deletes come as ids that only Dataverse knows: they make the sweep due.
 */
export class RowVersionFeed extends Feed {
  private readonly followed = new Map<string, Followed>();
  private readonly now: () => number;

  constructor(private readonly options: RowVersionFeedOptions) {
    super();
    this.now = options.now ?? Date.now;
  }

  override get nudgeGapMs(): number {
    return this.options.sweep.nudgeGapMs;
  }

  override report(table: ObservedTable): FeedReport {
    const { sweep, intervalMs } = this.options;
    const swept = sweep.report(table);
    const state = this.followed.get(table.table);
    if (state === undefined) return swept;
    if (!state.isBegun) return { ...swept, reason: `${swept.reason}; row-version tracking: ${state.why}` };
    return {
      ...swept,
      class: swept.class === 'events' ? 'events' : 'polled',
      reason: `row versions are asked for every ${intervalMs} ms; a delete is found by the sweep`,
      requestsPerHour: swept.requestsPerHour + Math.ceil(MS_PER_HOUR / intervalMs),
    };
  }

  override async turn(table: ObservedTable, isHeld: () => boolean, wasNudged: boolean): Promise<number> {
    const state = this.stateOf(table.table);
    if (this.now() >= state.askAtMs) await this.follow(table, state);
    if (this.now() >= state.sweepAtMs) {
      state.sweptAtMs = this.now();
      state.sweepAtMs = this.now() + (await this.options.sweep.turn(table, isHeld, wasNudged));
    }
    return Math.max(0, Math.min(state.askAtMs, state.sweepAtMs) - this.now());
  }

  private stateOf(table: string): Followed {
    let state = this.followed.get(table);
    if (state === undefined) {
      state = { link: null, isBegun: false, why: MOST_BY_SWEEP, askAtMs: 0, sweepAtMs: 0, sweptAtMs: 0 };
      this.followed.set(table, state);
    }
    return state;
  }

  /** One page. Trouble with Dataverse is no trouble with F&O: the sweep goes on. */
  private async follow(table: ObservedTable, state: Followed): Promise<void> {
    try {
      const virtual = await this.options.tables.find(table, this.now());
      if ('why' in virtual) return this.rest(state, virtual.why, NOT_SERVED_WAIT_MS);
      const page = await this.page(table, virtual, state.link);
      if (page === 'expired') {
        log.warn('row_versions.link_expired', { table: table.table });
        state.isBegun = false;
        state.link = null;
        // What changed since the link was good is nobody's news.
        state.sweepAtMs = 0;
        return;
      }
      if (state.isBegun) await this.lookAt(table, state, page);
      state.isBegun ||= page.nextLink === null;
      state.link = page.nextLink ?? page.deltaLink ?? state.link;
      state.askAtMs = page.nextLink === null ? this.now() + this.options.intervalMs : 0;
    } catch (error) {
      if (!(error instanceof SideUnavailable) && !(error instanceof DependencyRefused)) throw error;
      log.warn('row_versions.not_read', { table: table.table, error });
      const waitMs = error instanceof SideUnavailable ? error.retryAfterMs : NOT_SERVED_WAIT_MS;
      this.rest(state, error.message, Math.max(waitMs, this.options.intervalMs));
    }
  }

  private rest(state: Followed, why: string, waitMs: number): void {
    state.why = why;
    state.askAtMs = this.now() + waitMs;
  }

  private page(
    table: ObservedTable,
    virtual: Extract<VirtualTable, { entitySet: string }>,
    link: string | null,
  ): Promise<DataversePage | 'expired'> {
    const { client, pageRowCountMax } = this.options;
    if (link !== null) return client.followChanges(link, pageRowCountMax);
    const select = table.schema.key.map(virtualColumn);
    return client.trackChanges({ entitySet: virtual.entitySet, select }, pageRowCountMax);
  }

  private async lookAt(table: ObservedTable, state: Followed, page: DataversePage): Promise<void> {
    const ids = page.rows.map((row) => virtualNativeId(table.schema, row));
    const named = [...new Set(ids.filter((id) => id !== null))];
    for (let from = 0; from < named.length; from += LOOK_ROW_COUNT_MAX)
      await this.options.register.look(table, named.slice(from, from + LOOK_ROW_COUNT_MAX), 'event');
    if (page.deleted.length > 0 || ids.includes(null))
      state.sweepAtMs = Math.min(state.sweepAtMs, state.sweptAtMs + SWEEP_GAP_MS);
  }
}
