/** What an operator wants of a map. */
export type DesiredState = 'draft' | 'stopped' | 'paused' | 'running';

/** Lifecycle of a map as a service sees it (architecture, section 7). */
export type MapState =
  'draft' | 'stopped' | 'initial-sync' | 'catching-up' | 'running' | 'paused' | 'stopping';

/**
 * A map's definition and what is wanted of it. Topic `dw.maps`, key `name`; written by `console` alone.
 * `definition` is a TableMap document of libs/maps (`apiVersion: dualwrite.io/v1`), as JSON.
 */
export interface MapRecord {
  readonly name: string;
  readonly version: number;
  readonly definition: unknown;
  readonly desired: DesiredState;
  /** Grows with every start, pause, resume and stop; writes of an older run are withheld. */
  readonly runEpoch: number;
  /** Baseline that must be complete before this run writes; grows with every start. */
  readonly baseline: number;
  readonly changedAt: string;
}
