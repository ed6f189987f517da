/** Store of the mapper: connectors stop what an earlier epoch of it has planned. */
export const MAPPER_STORE = 'mapper';

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
  /** For people; nothing is decided by it. */
  readonly at: string;
}
