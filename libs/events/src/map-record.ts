/** What an operator wants of a map. */
export type DesiredState = 'draft' | 'stopped' | 'paused' | 'running' | 'shadow';

/** The mapper plans it: a map in shadow, too, though nothing of what is planned for it is ever sent. */
export function isPlanned(desired: DesiredState): boolean {
  return desired === 'running' || desired === 'shadow';
}

/** Its tables are observed: all of them but those of a map that was never started, or has ended. */
export function isObserved(desired: DesiredState): boolean {
  return isPlanned(desired) || desired === 'paused';
}

/** Lifecycle of a map as a service sees it (architecture, section 7). */
export type MapState =
  'draft' | 'stopped' | 'initial-sync' | 'catching-up' | 'running' | 'paused' | 'stopping' | 'shadow';

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

/** Beyond it the deletes of a map wait for a person, whatever they come from. */
export interface DeleteLimit {
  /** Deletes within the window. */
  readonly countMax: number;
  /** Of the map's rows; holds above a hundred deletes. */
  readonly percentMax: number;
  readonly windowMs: number;
}

/** A map in shadow writes nothing: somebody else keeps the sides in step, and what it would have written is compared. */
export interface Shadow {
  /** What the others have not done within this long counts as not done. */
  readonly graceMs: number;
}

export type MapDirection = 'both' | 'to-fo' | 'to-dataverse';

/** To which sides a map writes, whatever its fields say besides. */
export interface Directions {
  /** Absent: both ways. */
  readonly all?: MapDirection;
  /** By company code in lower case, where it is another one. */
  readonly companies?: Readonly<Record<string, MapDirection>>;
}

/** @param company null: the row is shared by all companies, or it is not known yet whose it is */
export function directionOf(
  { all = 'both', companies = {} }: Directions,
  company: string | null,
): MapDirection {
  const own = company === null ? undefined : companies[company.toLowerCase()];
  return own ?? all;
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
  /** Of a map in shadow. */
  readonly shadow?: Shadow;
  /** Absent: both ways. */
  readonly directions?: Directions;
  /** Absent: what the service says. */
  readonly deleteLimit?: Partial<DeleteLimit>;
  readonly changedAt: string;
}
