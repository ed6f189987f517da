import {
  confirmUnseen,
  Feed,
  FeedStore,
  Register,
  SeenRows,
  type FeedState,
  type ObservedTable,
  type RowAnswer,
} from '@dualwrite/connector';
import type { DataverseClient, DataversePage } from '@dualwrite/odata';
import { log } from '@dualwrite/telemetry';
import { keyedRow, queryOf } from './dataverse-side';

/** Of the maps, as a full round begins. */
type Baselines = Readonly<Record<string, number>>;

const REFERENCE_SLOWNESS = 5;
/** A table that nobody has touched for this long is asked less often. */
const QUIET_AFTER_MS = 5_000;
const QUIET_SLOWNESS = 4;
/** However eager the interval: many quiet tables would else keep both ends busy. */
const QUIET_WAIT_MS_MIN = 250;
/** A delta link lives for days; this is far below. */
const LINK_KEPT_MS = 60_000;

export interface DeltaFeedOptions {
  readonly client: DataverseClient;
  readonly register: Register;
  readonly store: FeedStore;
  readonly intervalMs: number;
  readonly pageRowCountMax: number;
  /** A full round is complete and confirmed: say so in every partition. */
  readonly onCovered: (table: ObservedTable, baselines: Baselines) => Promise<void>;
  readonly baselines: () => Baselines;
}

/**
 * Dataverse's change tracking. The first round of a table, and every one after its columns changed or its delta link
 * expired, is the full read; from then on each round brings what changed since.
 */
export class DeltaFeed extends Feed {
  /** Rows that the full round under way has shown; lost with the process, and then the round begins again. */
  private readonly seen = new Map<
    string,
    { readonly position: string; readonly rows: SeenRows; readonly baselines: Baselines }
  >();

  /** Where the feeds stood when this replica last moved them; a wrong one is found out before a page is taken. */
  private readonly states = new Map<string, FeedState & { readonly movedAtMs: number }>();

  constructor(private readonly options: DeltaFeedOptions) {
    super();
  }

  override async turn(table: ObservedTable): Promise<number> {
    const { client, register, store, pageRowCountMax } = this.options;
    const state = await this.state(table);
    const sentAt = await register.knownPosition();
    const page =
      state.cursor === null
        ? await client.trackChanges(queryOf(table), pageRowCountMax)
        : await client.followChanges(state.cursor, pageRowCountMax, queryOf(table));
    if (page === 'expired') {
      log.warn('feed.delta_expired', { table: table.table });
      await this.beginRound(table);
      return 0;
    }
    const { isDropped } = await register.observe(table, {
      sentAt,
      via: 'feed',
      answers: this.answers(table, page),
      isStillWanted: (runner) => store.isAt(runner, table.table, state),
    });
    if (isDropped) {
      this.states.delete(table.table);
      return 0;
    }
    return this.moveOn(table, state, page);
  }

  private async state(table: ObservedTable): Promise<FeedState & { readonly movedAtMs: number }> {
    const known = this.states.get(table.table) ?? (await this.options.store.find(table.table));
    const isOurs = known !== undefined && known.columnSet === table.columnSet;
    const seen = this.seen.get(table.table);
    // Somebody else's full round: what it has shown so far is not known here.
    const isForeign = isOurs && known.roundPosition !== null && seen?.position !== known.roundPosition;
    return isOurs && !isForeign ? this.keep(table, known) : this.beginRound(table);
  }

  private async beginRound(table: ObservedTable): Promise<FeedState & { readonly movedAtMs: number }> {
    const baselines = this.options.baselines();
    const position = await this.options.register.position();
    this.seen.set(table.table, { position, rows: new SeenRows(), baselines });
    log.info('feed.full_round', { table: table.table, columnSet: table.columnSet });
    return this.keep(table, await this.options.store.beginRound(table.table, table.columnSet, position));
  }

  private keep(table: ObservedTable, state: FeedState): FeedState & { readonly movedAtMs: number } {
    const kept = { movedAtMs: Date.now(), ...state };
    this.states.set(table.table, kept);
    return kept;
  }

  private async move(table: ObservedTable, from: FeedState, to: FeedState): Promise<void> {
    this.states.delete(table.table);
    const { cursor, columnSet, roundPosition } = to;
    if (await this.options.store.move(table.table, from, to))
      this.keep(table, { cursor, columnSet, roundPosition });
  }

  private answers(table: ObservedTable, page: DataversePage): RowAnswer[] {
    const seen = this.seen.get(table.table)?.rows;
    const rows = page.rows.map((json) => keyedRow(table, json));
    for (const { nativeId } of rows) seen?.add(nativeId);
    const deleted = page.deleted.map((nativeId) => ({ nativeId, row: undefined, deleted: true }));
    return [...rows, ...deleted];
  }

  private async moveOn(
    table: ObservedTable,
    state: FeedState & { readonly movedAtMs: number },
    page: DataversePage,
  ): Promise<number> {
    const { register, intervalMs, onCovered } = this.options;
    if (page.nextLink !== null) {
      await this.move(table, state, { ...state, cursor: page.nextLink });
      return 0;
    }
    // Rows that are only looked up change seldom.
    const waitMs = table.kind === 'reference' ? intervalMs * REFERENCE_SLOWNESS : intervalMs;
    const isQuiet = page.rows.length === 0 && page.deleted.length === 0 && state.roundPosition === null;
    // The same link may be asked again as long as it lives; moving it for nothing would cost a statement each time.
    const quietForMs = Date.now() - state.movedAtMs;
    if (isQuiet && quietForMs < LINK_KEPT_MS)
      return quietForMs < QUIET_AFTER_MS ? waitMs : Math.max(waitMs * QUIET_SLOWNESS, QUIET_WAIT_MS_MIN);
    const seen = this.seen.get(table.table);
    if (state.roundPosition !== null && seen !== undefined) {
      const askedCount = await confirmUnseen(register, table, {
        seen: seen.rows,
        position: state.roundPosition,
      });
      await onCovered(table, seen.baselines);
      log.info('feed.full_round_done', {
        table: table.table,
        rowCount: seen.rows.count,
        confirmedCount: askedCount,
      });
    }
    // Without a new link the same one is asked again: nothing is lost by it.
    await this.move(table, state, { ...state, cursor: page.deltaLink ?? state.cursor, roundPosition: null });
    this.seen.delete(table.table);
    return waitMs;
  }
}
