import type { ObservedRow, Side, WriteResult } from '@dualwrite/events';
import type { OutgoingRecord } from '@dualwrite/kafka';
import type { UnnestColumns } from '@dualwrite/persistence';
import { emptyEntry, type Attempt, type RegisterEntry } from '../core/register-entry';

/** An entry at rest. Cells are `json`, not `jsonb`: a value with half a character must not stop its page, and nobody searches in it. */
export interface RegisterRecord {
  native_id: string;
  epoch: number;
  n: string;
  presence: RegisterEntry['presence'];
  row: ObservedRow | null;
  gone: string[];
  origins: Record<string, string>;
  results: Record<string, WriteResult>;
  last: Record<string, number>;
  attempts: Record<string, Attempt>;
  column_set: string;
}

/** A write of the row that was set aside. */
export interface SetAside {
  readonly id: string;
  readonly writeId: string;
  readonly dueMs: number;
}

/** An entry as it was read, and all that a decision about it needs. */
export interface EntryRead {
  readonly entry: RegisterEntry;
  /** How often the entry has been stored; null: never. */
  readonly changes: string | null;
  /** Drawn for this reading; int64 as a decimal string. */
  readonly nextN: string;
  /** The register's position when it was read (rule 2). */
  readonly position: string;
  /** In the order in which they are to come. */
  readonly setAside: readonly SetAside[];
}

/** An entry to be stored, with what is to be said of it in the same transaction (rule 1). */
export interface ChangedEntry {
  readonly entry: RegisterEntry;
  /** Of the entry that it was decided from. */
  readonly changes: string | null;
  readonly records: readonly OutgoingRecord[];
}

export const RECORD_COLUMNS =
  'native_id, epoch, n::text as n, presence, row, gone, origins, results, last, attempts, column_set';

/** `drawn`, not `n`: a batch numbers its own rows by that name. */
export const CHANGED_COLUMNS: UnnestColumns<ChangedEntry> = {
  native_id: ['text', ({ entry }) => entry.nativeId],
  changes: ['bigint', ({ changes }) => changes],
  epoch: ['int', ({ entry }) => entry.revision.epoch],
  drawn: ['bigint', ({ entry }) => entry.revision.n],
  presence: ['text', ({ entry }) => entry.presence],
  version: ['text', ({ entry }) => entry.row?.version ?? null],
  row: ['json', ({ entry }) => entry.row],
  gone: ['json', ({ entry }) => entry.gone],
  origins: ['json', ({ entry }) => entry.origins],
  results: ['json', ({ entry }) => entry.results],
  last: ['json', ({ entry }) => entry.last],
  attempts: ['json', ({ entry }) => entry.attempts],
  column_set: ['text', ({ entry }) => entry.columnSet],
};

export function entryOf(side: Side, table: string, found: RegisterRecord): RegisterEntry {
  return {
    ...emptyEntry({ side, table, nativeId: found.native_id, epoch: found.epoch }),
    revision: { epoch: found.epoch, n: found.n },
    presence: found.presence,
    row: found.row,
    gone: found.gone,
    origins: found.origins,
    results: found.results,
    last: found.last,
    attempts: found.attempts,
    columnSet: found.column_set,
  };
}
