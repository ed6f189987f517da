import type { Cells } from './cells';
import type { Revision } from './revision';
import type { Side } from './side';

/** How a connector came to look at a row. `chunk` and `sweep`: while it read a whole table. */
export type ObservedVia = 'feed' | 'event' | 'sweep' | 'read' | 'chunk' | 'write';

/** One of very many, read without anybody having changed the row just now: what follows from it gives way to live changes. */
export function isBulkVia(via: ObservedVia): boolean {
  return via === 'chunk' || via === 'sweep';
}

/**
 * `started`: an attempt was marked and has no answer yet. `withheld`: not sent, the map was not running.
 * The others are the answers of rule 8 (design/model).
 */
export type WriteOutcome =
  'started' | 'applied' | 'precondition-failed' | 'rejected' | 'in-doubt' | 'withheld';

/**
 * Code of `withheld`: planned on a register that was restored since, and never begun, for the register knows all that was
 * (rule 23).
 */
export const NOT_BEGUN = 'not-begun';

export interface WriteResult {
  readonly outcome: WriteOutcome;
  /** Code and text of the side, on `rejected`; of a write that was withheld, why. */
  readonly code?: string;
  readonly text?: string;
}

export interface ObservedRow {
  /** The incarnation: the GUID in Dataverse; in F&O a number that the register gives, `NATIVE_ID#EPOCH.N`. */
  readonly id: string;
  /** The side's own version (ETag), opaque: compare for equality only. */
  readonly version: string;
  readonly cells: Cells;
}

/**
 * What a connector knows of one row, complete in itself: the newest observation alone tells all (rule 5).
 * Topic `dw.SIDE.TABLE.observations`, key `nativeId`.
 */
export interface Observation {
  readonly side: Side;
  readonly table: string;
  /** How the side names the row: the GUID in Dataverse, the entity key with its company in F&O. Names the register entry. */
  readonly nativeId: string;
  readonly revision: Revision;
  /** `unread`: a restored register has not looked yet. */
  readonly presence: 'unread' | 'present' | 'absent';
  readonly row: ObservedRow | null;
  /** Ids of ended incarnations; only grows. */
  readonly gone: readonly string[];
  /** Row made by us -> incarnation on the other side that it was made for; only grows. */
  readonly origins: Readonly<Record<string, string>>;
  /** Answers to writes by intent id, kept until the planner no longer lists the intent as open (rule 11). */
  readonly results: Readonly<Record<string, WriteResult>>;
  /** Per pair the highest intent number that was answered or begun: this one and all before it are closed (rule 7). */
  readonly last: Readonly<Record<string, number>>;
  /** Which columns `cells` holds: a digest of the table's column set. */
  readonly columnSet: string;
  readonly via: ObservedVia;
  /** When the connector stored it, ISO 8601 in UTC. For people; nothing is decided by it. */
  readonly observedAt: string;
}

/** From here on, in this partition, every row of the table and company that was there at the read has been published. */
export interface CoverageMarker {
  readonly side: Side;
  readonly table: string;
  /** `*`: every company. */
  readonly company: string;
  readonly partition: number;
  /** The register's epoch that read the rows; coverage of an older epoch no longer counts. */
  readonly epoch: number;
  /** The map that this is said for, and its baseline that the read began under: what an older one has read no longer counts. */
  readonly map?: string;
  readonly baseline?: number;
  readonly coveredAt: string;
}

export const COVERAGE_ALL_COMPANIES = '*';
/** In the place of a company's code: rows that have none. */
export const NO_COMPANY = '-';
