import { createHash } from 'node:crypto';
import { otherSide } from '@dualwrite/events';
import type { PairState, Park } from '@dualwrite/planner';

/** What a park is known by: parks of one map that are alike in it want one remedy. */
export interface ParkFacts {
  /** Of map, direction, code and field. */
  readonly fingerprint: string;
  readonly reason: string;
  readonly code: string;
  readonly direction: 'to-fo' | 'to-dataverse' | 'both';
  readonly field: string | null;
  readonly text: string | null;
}

export const HELD = 'held';

/** All that sets a pair aside, each kind once; a pair that is held counts as one of them. */
export function parkFactsOf(
  map: string,
  { parks, held }: Pick<PairState, 'parks' | 'held'>,
): readonly ParkFacts[] {
  const facts = parks.map((park) => factsOf(map, park));
  const all = held ? [...facts, heldFacts(map)] : facts;
  return [...new Map(all.map((one) => [one.fingerprint, one])).values()];
}

function factsOf(map: string, park: Park): ParkFacts {
  const code = park.code ?? park.reason;
  const direction = directionOf(park);
  const field = park.field ?? null;
  return {
    fingerprint: fingerprintOf([map, direction, code, field ?? '']),
    ...{ reason: park.reason, code, direction, field, text: park.text },
  };
}

function heldFacts(map: string): ParkFacts {
  return {
    fingerprint: fingerprintOf([map, 'both', 'backlog', '']),
    ...{ reason: HELD, code: 'backlog', direction: 'both', field: null },
    text: 'changed while the map was paused, and is held until a person releases it',
  };
}

/** Of a refused write: where it went. What comes of both rows has no direction. */
function directionOf({ write, rows }: Park): ParkFacts['direction'] {
  const [first] = rows;
  if (write === null || first === undefined) return 'both';
  return write === 'delete' ? `to-${first.side}` : `to-${otherSide(first.side)}`;
}

function fingerprintOf(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 12);
}
