import type { ObservedVia, Write } from '@dualwrite/events';
import type { QueryRunner } from 'typeorm';
import type { AnsweredWrite } from '../core/observe-answer';
import type { SideRow } from '../core/register-entry';

/** What an answer of the side tells of one row. */
export interface RowAnswer {
  readonly nativeId: string;
  /** The row; null: there is none; undefined: says nothing about the row itself. */
  readonly row: SideRow | null | undefined;
  /** A feed names the row as deleted. */
  readonly deleted?: boolean;
  /** An event says that a row under this key was deleted, and not which one. */
  readonly deletedUnnamed?: boolean;
  /** The end of a write, stored together with the row. */
  readonly end?: WriteEnd;
}

export interface WriteEnd {
  readonly write: Write;
  readonly answered: AnsweredWrite;
  /** Of the write, as its span handed it on. */
  readonly traceparent: string;
}

export interface Sighting {
  /** The register's position before the request was sent (rule 2). */
  readonly sentAt: string;
  readonly via: ObservedVia;
  readonly answers: readonly RowAnswer[];
  /** Asked inside each transaction, before anything is stored; false: the whole sighting is dropped (rule 3). */
  readonly isStillWanted?: (runner: QueryRunner) => Promise<boolean>;
}

export interface SightingCounts {
  readonly storedCount: number;
  readonly knownCount: number;
  readonly isDropped: boolean;
}
