import { SIDES, type Side } from '@dualwrite/events';
import type { Target } from './arguments';
import type { Chance } from './random';
import { MAPS, SUBJECTS } from './subjects';

/** A fault of a sandbox, in the form of its control call but for the caller, who is always ours. */
export interface SideFault {
  readonly match: Readonly<Record<string, unknown>>;
  readonly effect: Readonly<Record<string, unknown>>;
  /** Strikes whoever writes: events of people are lost, too. */
  readonly anyCaller?: true;
}

/** Something that breaks, and for how long. */
export type Trouble = { readonly atMs: number; readonly forMs: number } & (
  | { readonly kind: 'kill'; readonly what: Target; readonly replica: number }
  | { readonly kind: 'freeze'; readonly what: Target; readonly replica: number }
  | { readonly kind: 'leave' | 'join'; readonly what: Target }
  /** Its database is set back to where it was `forMs` before. */
  | { readonly kind: 'restore'; readonly what: Target }
  | { readonly kind: 'pause'; readonly map: string }
  /** The map is stopped, and its first sync is made again `forMs` later, while people go on. */
  | { readonly kind: 'load'; readonly map: string }
  /** Every row that was seen since it began is examined again, `forMs` later. */
  | { readonly kind: 'replay'; readonly map: string }
  /** Another version of the map's file is applied while it runs. */
  | { readonly kind: 'version'; readonly map: string }
  /** The map serves no row of the company meanwhile. */
  | { readonly kind: 'company'; readonly map: string }
  | {
      readonly kind: 'fault';
      readonly side: Side;
      readonly name: string;
      readonly faults: readonly SideFault[];
    }
);

const FIRST_AFTER_MS = 1_500;
const GAP_MS = { from: 1_500, to: 7_000 };
/** Longer than a group waits for a member that says nothing (GROUP_DEFAULTS.sessionTimeoutMs is 10 s). */
const FREEZE_MS = { from: 11_000, to: 16_000 };
const LAST_MS = { from: 3_000, to: 12_000 };
const SCALED: readonly Target[] = ['mapper', 'fo-connector', 'dataverse-connector'];
const FREEZABLE: readonly Target[] = ['mapper', 'fo-connector', 'dataverse-connector', 'kafka'];

const WRITES = ['PATCH', 'POST', 'DELETE'] as const;
const FAULTS: Readonly<Record<Side, readonly (readonly [string, readonly SideFault[]])[]>> = {
  fo: [
    ['away', [{ match: {}, effect: { away: true } }]],
    [
      'lost answers',
      WRITES.map((method) => ({ match: { method, probability: 0.25 }, effect: { loseAnswer: true } })),
    ],
    ['429 storm', [{ match: { probability: 0.6 }, effect: { status: 429, retryAfter: 1 } }]],
    ['errors', [{ match: { probability: 0.3 }, effect: { status: 503, retryAfter: 1 } }]],
    ['slow', [{ match: { probability: 0.3 }, effect: { latencyMs: 1_500 } }]],
    ['events dropped', [{ match: { probability: 0.5 }, effect: { dropEvent: true }, anyCaller: true }]],
    ['events doubled', [{ match: { probability: 0.5 }, effect: { duplicateEvent: true }, anyCaller: true }]],
    ['events late', [{ match: { probability: 0.5 }, effect: { delayEventMs: 2_500 }, anyCaller: true }]],
  ],
  dataverse: [
    ['away', [{ match: {}, effect: { away: true } }]],
    [
      'lost answers',
      WRITES.map((method) => ({ match: { method, probability: 0.25 }, effect: { loseAnswer: true } })),
    ],
    ['429 storm', [{ match: { probability: 0.6 }, effect: { status: 429, retryAfter: 1 } }]],
    ['errors', [{ match: { probability: 0.3 }, effect: { status: 503, retryAfter: 1 } }]],
    ['slow', [{ match: { probability: 0.3 }, effect: { latencyMs: 1_500 } }]],
  ],
};

/** Troubles overlap; at the end of the time all of them are over. */
export function planTroubles(
  chance: Chance,
  { durationMs, kills }: { readonly durationMs: number; readonly kills: readonly Target[] },
): readonly Trouble[] {
  const troubles: Trouble[] = [];
  for (let atMs = FIRST_AFTER_MS; atMs < durationMs; atMs += chance.between(GAP_MS.from, GAP_MS.to)) {
    const trouble = draw(chance, kills);
    troubles.push({ ...trouble, atMs, forMs: Math.min(trouble.forMs, durationMs - atMs) });
  }
  return troubles;
}

function draw(chance: Chance, kills: readonly Target[]): Trouble {
  const frozen = kills.filter((target) => FREEZABLE.includes(target));
  const scaled = kills.filter((target) => SCALED.includes(target));
  const kind = chance.weighted<Trouble['kind']>([
    [kills.length > 0 ? 36 : 0, 'kill'],
    [frozen.length > 0 ? 12 : 0, 'freeze'],
    [scaled.length > 0 ? 6 : 0, 'leave'],
    [scaled.length > 0 ? 6 : 0, 'join'],
    [scaled.length > 0 ? 3 : 0, 'restore'],
    [10, 'pause'],
    [5, 'load'],
    [5, 'replay'],
    [5, 'version'],
    [4, 'company'],
    [40, 'fault'],
  ]);
  const base = { atMs: 0, forMs: chance.between(LAST_MS.from, LAST_MS.to) };
  const replica = chance.between(0, 9);
  switch (kind) {
    case 'kill':
      return { ...base, forMs: 0, kind, what: chance.pick(kills), replica };
    case 'freeze':
      return {
        ...base,
        forMs: chance.between(FREEZE_MS.from, FREEZE_MS.to),
        kind,
        what: chance.pick(frozen),
        replica,
      };
    case 'leave':
    case 'join':
    case 'restore':
      return { ...base, kind, what: chance.pick(scaled) };
    case 'pause':
    case 'replay':
      return { ...base, kind, map: chance.pick(MAPS) };
    case 'load':
      return { ...base, kind, map: chance.pick(SUBJECTS).map };
    case 'version':
      return { ...base, forMs: 0, kind, map: chance.pick(MAPS) };
    case 'company':
      // The map of the companies themselves serves none.
      return { ...base, kind, map: chance.pick(SUBJECTS).map };
    case 'fault': {
      const side = chance.pick(SIDES);
      const [name, faults] = chance.pick(FAULTS[side]);
      return { ...base, kind, side, name, faults };
    }
  }
}

/** `12.4 s: kill mapper/2` */
export function troubleText(trouble: Trouble): string {
  const at = `${(trouble.atMs / 1000).toFixed(1)} s:`;
  const lasts = trouble.forMs > 0 ? ` for ${(trouble.forMs / 1000).toFixed(1)} s` : '';
  switch (trouble.kind) {
    case 'kill':
    case 'freeze':
      return `${at} ${trouble.kind} ${trouble.what} (replica ${trouble.replica} modulo what runs)${lasts}`;
    case 'leave':
    case 'join':
      return `${at} a replica of ${trouble.what} ${trouble.kind}s${lasts}`;
    case 'restore':
      return `${at} back up the database of ${trouble.what}, and restore it after ${(trouble.forMs / 1000).toFixed(1)} s`;
    case 'pause':
      return `${at} pause ${trouble.map}${lasts}`;
    case 'load':
      return `${at} stop ${trouble.map}${lasts}, and sync all of it again`;
    case 'replay':
      return `${at} replay in ${trouble.map} what was seen from now on, after ${(trouble.forMs / 1000).toFixed(1)} s`;
    case 'version':
      return `${at} another version of ${trouble.map}`;
    case 'company':
      return `${at} ${trouble.map} serves no company${lasts}`;
    case 'fault':
      return `${at} ${trouble.side}: ${trouble.name}${lasts}`;
  }
}
