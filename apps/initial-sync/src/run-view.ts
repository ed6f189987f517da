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
  readonly ratePerSecond: number;
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
    ratePerSecond: Math.round((read.rowCount * 1_000) / lastedMs),
    chunks: read.chunk,
    error: read.lastError,
  };
}
