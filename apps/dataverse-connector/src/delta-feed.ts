import {
  BULK_WAIT_MS,
  confirmUnseen,
  Feed,
  FeedNudges,
  FeedStore,
  Register,
  SeenRows,
  type BulkPace,
  type FeedReport,
  type FeedState,
  type ObservedTable,
  type RowAnswer,
} from '@dualwrite/connector';
import type { DataverseClient, DataversePage } from '@dualwrite/odata';
import { log } from '@dualwrite/telemetry';
import { keyedRow, queryOf } from './dataverse-side';
import { feedPace, type FeedPace } from './feed-pace';
import type { WebhookRegistrations } from './webhook-registrations';

/** Of the maps, as a full round begins. */
type Baselines = Readonly<Record<string, number>>;

/** A delta link lives for days; this is far below. */
const LINK_KEPT_MS = 60_000;
const NUDGE_GAP_MS_MAX = 100;
const MS_PER_HOUR = 3_600_000;
const FIRST_PACE: FeedPace = {
  class: 'polled',
  reason: 'its rows are being read for the first time',
  waitMs: 0,
};

export interface DeltaFeedOptions {
  readonly client: DataverseClient;
  readonly register: Register;
  readonly store: FeedStore;
  readonly intervalMs: number;
  /** Between two questions for a table of whose changes we are told. */
  readonly healIntervalMs: number;
  readonly nudges: FeedNudges;
  readonly registrations: WebhookRegistrations;
  readonly pageRowCountMax: number;
  readonly pace: Pick<BulkPace, 'mayGoOn'>;
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

  private readonly paces = new Map<string, FeedPace>();

  constructor(private readonly options: DeltaFeedOptions) {
    super();
  }

  /** The first nudge after a while is obeyed at once; our own writes cause nudges as well, and must not flood the side. */
  override get nudgeGapMs(): number {
    return Math.min(this.options.intervalMs / 2, NUDGE_GAP_MS_MAX);
  }

  override report({ table }: ObservedTable): FeedReport {
    const { class: feedClass, reason, waitMs } = this.paces.get(table) ?? FIRST_PACE;
    return {
      table,
      class: feedClass,
      reason,
      healMs: waitMs,
      requestsPerHour: Math.ceil(MS_PER_HOUR / Math.max(waitMs, 1)),
    };
  }

  override async turn(table: ObservedTable, _isHeld: () => boolean, wasNudged: boolean): Promise<number> {
    const { client, register, store, pageRowCountMax } = this.options;
    const state = await this.state(table);
    if (state.roundPosition !== null && !(await this.options.pace.mayGoOn(table.table))) return BULK_WAIT_MS;
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
      via: state.roundPosition === null ? 'feed' : 'chunk',
      answers: this.answers(table, page),
      isStillWanted: (runner) => store.isAt(runner, table.table, state),
    });
    if (isDropped) {
      this.states.delete(table.table);
      return 0;
    }
    return this.moveOn(table, state, page, wasNudged);
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
    wasNudged: boolean,
  ): Promise<number> {
    const { register, onCovered } = this.options;
    if (page.nextLink !== null) {
      await this.move(table, state, { ...state, cursor: page.nextLink });
      return 0;
    }
    const isInRound = state.roundPosition !== null;
    const isEmpty = page.rows.length === 0 && page.deleted.length === 0 && !isInRound;
    if (!isEmpty && !isInRound && !wasNudged) this.options.nudges.noteFound(table.table);
    // The same link may be asked again as long as it lives; moving it for nothing would cost a statement each time.
    const quietForMs = Date.now() - state.movedAtMs;
    const waitMs = await this.pace(table, {
      quietForMs: isEmpty ? quietForMs : 0,
      foundNothing: isEmpty,
      wasNudged,
    });
    if (isEmpty && quietForMs < LINK_KEPT_MS) return waitMs;
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

  private async pace(
    table: ObservedTable,
    round: { readonly quietForMs: number; readonly foundNothing: boolean; readonly wasNudged: boolean },
  ): Promise<number> {
    const { nudges, registrations, intervalMs, healIntervalMs } = this.options;
    const pace = feedPace({
      kind: table.kind,
      registration: await registrations.of(table),
      isTrusted: nudges.isTrusted(table.table),
      intervalMs,
      healIntervalMs,
      ...round,
    });
    this.paces.set(table.table, pace);
    // A nudge may be earlier than the change is on show: once more, soon, and then no more.
    return round.wasNudged && round.foundNothing ? Math.min(intervalMs, pace.waitMs) : pace.waitMs;
  }
}
