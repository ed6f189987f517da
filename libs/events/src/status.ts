import type { MapState } from './map-record';
import type { Side } from './side';

export type Health = 'healthy' | 'degraded' | 'blocked' | 'unknown';

/**
 * The books of a map, by pairs: every pair is in exactly one class, so
 * `examined = written.fo + written.dataverse + unchanged + filtered + parked + waiting + held`.
 */
export interface MapCounts {
  readonly examined: number;
  /** Pairs whose last examination ended in a write to that side. */
  readonly written: Readonly<Record<Side, number>>;
  readonly unchanged: number;
  readonly filtered: number;
  readonly parked: number;
  readonly waiting: number;
  readonly held: number;
  /** Pairs with a write under way; not a class of its own. */
  readonly open: number;
}

/** An executor, mapper or initial-sync replica says what it does for a map. Key `map/MAP/SERVICE/INSTANCE`. */
export interface MapStatus {
  readonly kind: 'map';
  readonly service: string;
  readonly instance: string;
  readonly map: string;
  readonly state: MapState;
  readonly health: Health;
  readonly reason?: string;
  /** Every write of a run below this one is withheld by this replica, and none of its own is under way (rule 12). */
  readonly confirmedRunEpoch: number;
  /** Of the map's record that the mapper's replica has taken over. */
  readonly changedAt?: string;
  readonly lagMs: number;
  readonly lagCount: number;
  /** From one mapper replica per map. */
  readonly counts?: MapCounts;
  readonly at: string;
}

/** A replica is alive. Key `service/SERVICE/INSTANCE`; older than a minute means gone. */
export interface ServiceStatus {
  readonly kind: 'service';
  readonly service: string;
  readonly instance: string;
  readonly state: 'up' | 'down';
  readonly health: Health;
  readonly reason?: string;
  /** Numbers by name: `token-since-ms`, `api-budget-percent`. */
  readonly gauges?: Readonly<Record<string, number>>;
  readonly at: string;
}

/** A row that was not written, and why: the side's own code, or `row-moved`, `row-gone`. */
export interface RefusedRow {
  readonly nativeId: string;
  readonly code: string;
  readonly text: string;
}

/** The end of a request. Key `request/ID`. */
export interface RequestStatus {
  readonly kind: 'request';
  readonly id: string;
  readonly side: Side;
  readonly table: string;
  readonly company: string;
  readonly runId: string | null;
  readonly outcome: 'done' | 'failed';
  /** Rows read; for `count` the count, for `write-rows` the rows that are as they were wanted. */
  readonly rowCount: number;
  /** read-chunk: where the next chunk begins; null: that was the last one. */
  readonly nextCursor: string | null;
  readonly epoch: number;
  readonly code?: string;
  readonly text?: string;
  /** Of `write-rows`. */
  readonly refused?: readonly RefusedRow[];
  readonly at: string;
}

/** Topic `dw.status`, compacted. */
export type StatusRecord = MapStatus | ServiceStatus | RequestStatus;
