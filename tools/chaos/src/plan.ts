import { SIDES, type Side } from '@dualwrite/events';
import type { ChaosSettings, Target } from './arguments';
import { Chance } from './random';
import { planTroubles, type Trouble } from './troubles';

/** What a person does; which row it is about is a share of those that are there at that moment. */
export interface Act {
  readonly atMs: number;
  /** Unique: the values that this act writes carry it. */
  readonly n: number;
  /** `clash`: both sides edit one field of one row before either has heard of the other. */
  readonly kind: 'edit' | 'clash' | 'create' | 'create-again' | 'delete' | 'edit-group' | 'create-group';
  readonly side: Side;
  /** In [0, 1): picks a row. */
  readonly row: number;
  /** In [0, 1): each picks a field. */
  readonly fields: readonly number[];
}

export interface Plan {
  readonly acts: readonly Act[];
  readonly troubles: readonly Trouble[];
}

const KINDS: readonly (readonly [number, Act['kind']])[] = [
  [70, 'edit'],
  [8, 'clash'],
  [8, 'create'],
  [3, 'create-again'],
  [6, 'delete'],
  [4, 'edit-group'],
  [1, 'create-group'],
];
/** About four acts a second: more than people make, less than keeps the machine from its other troubles. */
const ACT_GAP_MS = { from: 20, to: 480 };

/** Everything that happens in a run; the same for the same settings. */
export function makePlan({
  minutes,
  seed,
  kills,
}: Pick<ChaosSettings, 'minutes' | 'seed'> & { kills: readonly Target[] }): Plan {
  const durationMs = Math.round(minutes * 60_000);
  // Two sources: a change of what breaks does not change what people do.
  return {
    acts: planActs(new Chance(seed), durationMs),
    troubles: planTroubles(new Chance(seed ^ 0x5eed), { durationMs, kills }),
  };
}

function planActs(chance: Chance, durationMs: number): readonly Act[] {
  const acts: Act[] = [];
  for (let atMs = 0; ;) {
    atMs += chance.between(ACT_GAP_MS.from, ACT_GAP_MS.to);
    if (atMs >= durationMs) return acts;
    acts.push({
      atMs,
      n: acts.length + 1,
      kind: chance.weighted(KINDS),
      side: chance.pick(SIDES),
      row: chance.next(),
      fields: Array.from({ length: chance.next() < 0.3 ? 2 : 1 }, () => chance.next()),
    });
  }
}
