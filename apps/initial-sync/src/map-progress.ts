import type { Health, MapState } from '@dualwrite/events';
import type { BaselineRun, PlannedMap } from './baseline-run';
import type { TableRead } from './table-read';

export interface MapProgress {
  readonly state: MapState;
  readonly health: Health;
  readonly reason?: string;
}

/** What initial-sync says of a map on dw.status; null: nothing, the map was never started. */
export function progressOf(
  map: PlannedMap,
  run: BaselineRun | undefined,
  reads: readonly TableRead[],
  waiting: string | undefined,
): MapProgress | null {
  if (map.baseline === 0) return null;
  if (map.desired === 'draft' || map.desired === 'stopped') return { state: 'stopped', health: 'healthy' };
  if (run?.baseline === map.baseline && run.state === 'done') {
    return { state: map.desired === 'paused' ? 'paused' : 'running', health: 'healthy' };
  }
  const failing = reads.find((read) => read.lastError !== null);
  if (failing) {
    return {
      state: 'initial-sync',
      health: 'degraded',
      reason: `reading ${failing.table} failed and is tried again: ${failing.lastError}`,
    };
  }
  return { state: 'initial-sync', health: 'healthy', reason: waiting ?? readingText(reads) };
}

function readingText(reads: readonly TableRead[]): string {
  const open = reads.filter((read) => read.state !== 'done');
  if (open.length === 0) return 'waiting for the maps that this one points at';
  return open
    .map(
      (read) =>
        `${read.state === 'covering' ? 'finishing' : 'reading'} ${read.table}: ${read.rowCount.toLocaleString('en-US')} rows`,
    )
    .join('; ');
}
