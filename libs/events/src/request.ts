import type { Cells } from './cells';
import type { Side } from './side';

/** A bounded read of a table, in the order of the side; `cursor` is opaque and comes from the previous chunk's record. */
export interface ReadChunkRequest {
  readonly kind: 'read-chunk';
  readonly id: string;
  readonly side: Side;
  readonly table: string;
  /** `*`: every company. */
  readonly company: string;
  readonly runId: string;
  readonly chunk: number;
  readonly cursor: string | null;
  readonly rowCountMax: number;
}

/** Look at these rows again, by native id. */
export interface ReadRowsRequest {
  readonly kind: 'read-rows';
  readonly id: string;
  readonly side: Side;
  readonly table: string;
  readonly nativeIds: readonly string[];
  readonly reason: string;
}

/** All chunks have been read: publish the coverage markers behind their observations. */
export interface CoverRequest {
  readonly kind: 'cover';
  readonly id: string;
  readonly side: Side;
  readonly table: string;
  readonly company: string;
  readonly runId: string;
  /** Register epoch that all chunks were read under, as their records said. */
  readonly epoch: number;
  /** Maps that were there when the read began, and their baselines: it counts for them. */
  readonly baselines?: Readonly<Record<string, number>>;
}

/** Count the rows of a table. */
export interface CountRequest {
  readonly kind: 'count';
  readonly id: string;
  readonly side: Side;
  readonly table: string;
  readonly company: string;
  readonly runId: string;
}

/** One write of a {@link WriteRowsRequest}. */
export interface OperatorWrite {
  readonly nativeId: string;
  /** Version that the row must still have; null: a create, under that id. */
  readonly expects: string | null;
  readonly patch: Cells;
}

/**
 * Conditional writes that an operator asks for and no map plans: company bootstrap. They are edits like a person's; maps
 * hear of them by the table's observations.
 */
export interface WriteRowsRequest {
  readonly kind: 'write-rows';
  readonly id: string;
  readonly side: Side;
  readonly table: string;
  readonly runId: string;
  readonly reason: string;
  readonly rows: readonly OperatorWrite[];
}

/** Rows that one request may write: on a redelivery all of them are looked at again. */
export const OPERATOR_WRITE_COUNT_MAX = 100;

/** Topic `dw.requests.SIDE`, key `table`. Carried out durably; the end is a RequestStatus on `dw.status`. */
export type ConnectorRequest =
  ReadChunkRequest | ReadRowsRequest | CoverRequest | CountRequest | WriteRowsRequest;
