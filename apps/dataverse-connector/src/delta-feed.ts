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

export interface DeltaFeedOptions {
  readonly client: DataverseClient;
  readonly register: Register;
  readonly store: FeedStore;
  readonly intervalMs: number;
  readonly pageRowCountMax: number;
  /** A full round is complete and confirmed: say so in every partition. */
  readonly onCovered: (table: ObservedTable) => Promise<void>;
}

/**
 * Dataverse's change tracking. The first round of a table, and every one after its columns changed or its delta link
 * expired, is the full read; from then on each round brings what changed since.
 */
export class DeltaFeed extends Feed {
  /** Rows that the full round under way has shown; lost with the process, and then the round begins again. */
  private readonly seen = new Map<string, { readonly position: string; readonly rows: SeenRows }>();

  constructor(private readonly options: DeltaFeedOptions) {
    super();
  }

  override async turn(table: ObservedTable): Promise<number> {
    const { client, register, store, pageRowCountMax } = this.options;
    const state = await this.state(table);
    const sentAt = await register.position();
    const page =
      state.cursor === null
        ? await client.trackChanges(queryOf(table), pageRowCountMax)
        : await client.followChanges(state.cursor, pageRowCountMax);
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
    if (isDropped) return 0;
    return this.moveOn(table, state, page);
  }

  private async state(table: ObservedTable): Promise<FeedState> {
    const found = await this.options.store.find(table.table);
    const isOurs = found !== undefined && found.columnSet === table.columnSet;
    const seen = this.seen.get(table.table);
    // Somebody else's full round: what it has shown so far is not known here.
    const isForeign = isOurs && found.roundPosition !== null && seen?.position !== found.roundPosition;
    return isOurs && !isForeign ? found : this.beginRound(table);
  }

  private async beginRound(table: ObservedTable): Promise<FeedState> {
    const position = await this.options.register.position();
    this.seen.set(table.table, { position, rows: new SeenRows() });
    log.info('feed.full_round', { table: table.table, columnSet: table.columnSet });
    return this.options.store.beginRound(table.table, table.columnSet, position);
  }

  private answers(table: ObservedTable, page: DataversePage): RowAnswer[] {
    const seen = this.seen.get(table.table)?.rows;
    const rows = page.rows.map((json) => keyedRow(table, json));
    for (const { nativeId } of rows) seen?.add(nativeId);
    const deleted = page.deleted.map((nativeId) => ({ nativeId, row: undefined, deleted: true }));
    return [...rows, ...deleted];
  }

  private async moveOn(table: ObservedTable, state: FeedState, page: DataversePage): Promise<number> {
    const { store, register, intervalMs, onCovered } = this.options;
    if (page.nextLink !== null) {
      await store.move(table.table, state, { ...state, cursor: page.nextLink });
      return 0;
    }
    const seen = this.seen.get(table.table);
    if (state.roundPosition !== null && seen !== undefined) {
      const askedCount = await confirmUnseen(register, table, {
        seen: seen.rows,
        position: state.roundPosition,
      });
      await onCovered(table);
      log.info('feed.full_round_done', {
        table: table.table,
        rowCount: seen.rows.count,
        confirmedCount: askedCount,
      });
    }
    // Without a new link the same one is asked again: nothing is lost by it.
    await store.move(table.table, state, {
      ...state,
      cursor: page.deltaLink ?? state.cursor,
      roundPosition: null,
    });
    this.seen.delete(table.table);
    return intervalMs;
  }
}
