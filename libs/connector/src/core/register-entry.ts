import type {
  Cells,
  Observation,
  ObservedRow,
  ObservedVia,
  Revision,
  Side,
  WriteKind,
  WriteResult,
} from '@dualwrite/events';

/** A write that may still reach the side: it was sent, or was about to be, and nothing says that it had no effect. */
export interface Attempt {
  readonly kind: WriteKind;
  /** No request of this attempt can take effect after this moment; milliseconds since 1970. */
  readonly deadlineMs: number;
  /** `last` of the pair before this attempt, for an attempt that surely never reached the side. */
  readonly lastBefore: number | null;
}

/**
 * All that a connector knows of one row, as plain JSON: one durable record per native id (rule 1).
 * `revision.n` is drawn from the connector's one sequence, so that it is at once the row's order and the position
 * that rule 2 compares with: a request that was sent at position S can tell nothing of what was stored after S.
 */
export interface RegisterEntry {
  readonly side: Side;
  readonly table: string;
  readonly nativeId: string;
  readonly revision: Revision;
  readonly presence: 'unread' | 'present' | 'absent';
  readonly row: ObservedRow | null;
  readonly gone: readonly string[];
  readonly origins: Readonly<Record<string, string>>;
  /** By write id. */
  readonly results: Readonly<Record<string, WriteResult>>;
  /** By pair id. */
  readonly last: Readonly<Record<string, number>>;
  /** By write id; of the register alone, not in the observation. */
  readonly attempts: Readonly<Record<string, Attempt>>;
  /** Digest of the columns that `row.cells` holds. */
  readonly columnSet: string;
}

/** A row as the side shows it; `id` is null where the side shows none (F&O). */
export interface SideRow {
  readonly id: string | null;
  readonly version: string;
  readonly cells: Cells;
}

export function emptyEntry(row: {
  side: Side;
  table: string;
  nativeId: string;
  epoch: number;
}): RegisterEntry {
  return {
    side: row.side,
    table: row.table,
    nativeId: row.nativeId,
    revision: { epoch: row.epoch, n: '0' },
    presence: 'unread',
    row: null,
    gone: [],
    origins: {},
    results: {},
    last: {},
    attempts: {},
    columnSet: '',
  };
}

export function toObservation(
  entry: RegisterEntry,
  seen: { via: ObservedVia; observedAt: string },
): Observation {
  return {
    side: entry.side,
    table: entry.table,
    nativeId: entry.nativeId,
    revision: entry.revision,
    presence: entry.presence,
    row: entry.row,
    gone: entry.gone,
    origins: entry.origins,
    results: entry.results,
    last: entry.last,
    columnSet: entry.columnSet,
    via: seen.via,
    observedAt: seen.observedAt,
  };
}
