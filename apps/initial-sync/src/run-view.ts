import type { BaselineRun } from './baseline-run';
import type { StoredSync } from './sync-store';
import type { TableRead } from './table-read';

/** A run as the API shows it. */
export interface RunView {
  readonly id: string;
  readonly map: string;
  readonly baseline: number;
  readonly state: BaselineRun['state'];
  readonly startedAt: string;
  readonly finishedAt: string | null;
  /** Rows read of the map's own two tables. */
  readonly read: { readonly fo: number; readonly dataverse: number };
  readonly tables: readonly TableView[];
}

export interface TableView {
  readonly side: string;
  readonly table: string;
  readonly company: string;
  readonly state: TableRead['state'];
  readonly read: number;
  /** Rows of the table when the read began; null: not known. */
  readonly total: number | null;
  readonly ratePerSecond: number;
  /** Until all rows are read; null: nobody can tell yet, or it is done. */
  readonly secondsLeft: { readonly low: number; readonly high: number } | null;
  readonly chunks: number;
  readonly error: string | null;
}

export function viewRun(
  run: BaselineRun,
  stored: StoredSync,
  table: Readonly<Record<'fo' | 'dataverse', string>> | undefined,
  nowMs: number,
): RunView {
  const reads = run.readIds.flatMap((id) => stored.reads.get(id) ?? []);
  const rowsOf = (side: 'fo' | 'dataverse'): number =>
    reads.find((read) => read.side === side && read.table === table?.[side])?.rowCount ?? 0;
  return {
    id: run.id,
    map: run.map,
    baseline: run.baseline,
    state: run.state,
    startedAt: new Date(run.createdAtMs).toISOString(),
    finishedAt: run.finishedAtMs === null ? null : new Date(run.finishedAtMs).toISOString(),
    read: { fo: rowsOf('fo'), dataverse: rowsOf('dataverse') },
    tables: reads.map((read) => viewRead(read, nowMs)),
  };
}

function viewRead(read: TableRead, nowMs: number): TableView {
  const lastedMs = Math.max(1, (read.finishedAtMs ?? nowMs) - (read.startedAtMs ?? nowMs));
  return {
    side: read.side,
    table: read.table,
    company: read.company,
    state: read.state,
    read: read.rowCount,
    total: read.totalCount,
    ratePerSecond: Math.round((read.rowCount * 1_000) / lastedMs),
    secondsLeft: secondsLeft(read, lastedMs),
    chunks: read.chunk,
    error: read.lastError,
  };
}

/** Before a read has shown its pace, a figure would be a guess. */
const PACE_KNOWN_AFTER_MS = 5_000;
/** Rows of the end of a table come more slowly than those of its beginning, and live changes go first. */
const SLOWER_FACTOR = 2;

function secondsLeft(read: TableRead, lastedMs: number): TableView['secondsLeft'] {
  if (read.state !== 'reading' || read.totalCount === null) return null;
  if (read.rowCount === 0 || lastedMs < PACE_KNOWN_AFTER_MS) return null;
  const left = Math.max(0, read.totalCount - read.rowCount);
  const low = Math.ceil((left * lastedMs) / read.rowCount / 1_000);
  return { low, high: low * SLOWER_FACTOR };
}
