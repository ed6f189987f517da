import type { Write } from './write';

/** Store of the mapper: connectors stop what an earlier epoch of it has planned. */
export const MAPPER_STORE = 'mapper';

/** A write that may have had effect, as much of it as its mark in the register says (rule 7). */
export interface BegunWrite extends Pick<Write, 'table' | 'kind' | 'pairId' | 'intent' | 'rowId' | 'source'> {
  /** Register entry that holds the mark. */
  readonly nativeId: string;
}

/**
 * One replica's word on the database that it works with. Topic `dw.stores`, key `STORE/INSTANCE`. A database that knows
 * less than its own newest word was set back to an earlier state (rules 23, 24).
 */
export interface StoreBeat {
  /** The service's schema: `mapper`, `fo_connector`. */
  readonly store: string;
  readonly service: string;
  readonly instance: string;
  /** Grows each time the database was restored from a backup. */
  readonly epoch: number;
  /** Counted in the database by all its replicas; int64 as a decimal string. */
  readonly beat: string;
  /** Of a connector: it sends no write of an older mapper's database, and none of its own is under way. */
  readonly confirmedMapperEpoch?: number;
  /**
   * The last word of a replica that ends: the writes that it has begun and whose answers it has not heard published.
   * Nothing else that is without an answer was ever begun by it. Absent: it lives, or it ended without a word.
   */
  readonly begun?: readonly BegunWrite[];
  /** For people; nothing is decided by it. */
  readonly at: string;
}
