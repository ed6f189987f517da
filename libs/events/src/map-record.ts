/** What an operator wants of a map. */
export type DesiredState = 'draft' | 'stopped' | 'paused' | 'running';

/** Lifecycle of a map as a service sees it (architecture, section 7). */
export type MapState =
  'draft' | 'stopped' | 'initial-sync' | 'catching-up' | 'running' | 'paused' | 'stopping';

/**
 * What becomes of the changes that came while a map was paused: their pairs are set aside until a person releases them,
 * or what they show is taken for agreed and does not travel. Whatever comes behind `ends` travels as usual.
 */
export interface Backlog {
  readonly mode: 'hold' | 'discard';
  /** By topic, and in it by partition: offset of the first record that is no part of the backlog. */
  readonly ends: Readonly<Record<string, readonly string[]>>;
}

/** Companies that a map serves, by their codes in lower case; of the others nothing travels. */
export interface Companies {
  /** Absent: all, the exceptions left out. */
  readonly only?: readonly string[];
  readonly except?: readonly string[];
}

/** @param company null: the row is shared by all companies, or it is not known yet whose it is */
export function servesCompany({ only, except }: Companies, company: string | null): boolean {
  if (company === null) return true;
  const code = company.toLowerCase();
  return (only === undefined || only.includes(code)) && except?.includes(code) !== true;
}

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
  /** Of a resume that does not catch up first. */
  readonly backlog?: Backlog;
  /**
   * Of a start that skips the initial sync: records in front of these ends are of the past, and rows that its baseline
   * reads. What they show is taken for agreed and does not travel. It lasts until the next start.
   */
  readonly skip?: Pick<Backlog, 'ends'>;
  /** Absent: all of them. */
  readonly companies?: Companies;
  readonly changedAt: string;
}
