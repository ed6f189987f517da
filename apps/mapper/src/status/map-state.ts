import type { DesiredState, Health, MapCounts, MapState } from '@dualwrite/events';

export interface Standing {
  readonly desired: DesiredState;
  readonly problem: string | null;
  readonly lagCount: number;
  readonly counts: MapCounts | undefined;
}

/** Below this the map counts as caught up: a handful of records is the ordinary flow of edits. */
const LAG_COUNT_CAUGHT_UP = 100;

export function stateOf({ desired, lagCount }: Pick<Standing, 'desired' | 'lagCount'>): MapState {
  switch (desired) {
    case 'running':
      return lagCount > LAG_COUNT_CAUGHT_UP ? 'catching-up' : 'running';
    case 'shadow':
    case 'paused':
    case 'stopped':
    case 'draft':
      return desired;
  }
}

export function healthOf({ problem, counts }: Pick<Standing, 'problem' | 'counts'>): {
  health: Health;
  reason?: string;
} {
  if (problem !== null) return { health: 'blocked', reason: problem };
  const parked = counts?.parked ?? 0;
  return parked > 0 ? { health: 'degraded', reason: `${parked} parked` } : { health: 'healthy' };
}
