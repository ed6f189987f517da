/** A map pauses by itself when so many pairs more are parked than within that time before. */
export interface PauseRule {
  readonly name: string;
  /** null: all maps. */
  readonly maps: readonly string[] | null;
  readonly parkedCount: number;
  readonly withinSeconds: number;
}

interface Sample {
  readonly atMs: number;
  readonly parked: number;
}

/** Longest time that a rule may look back. */
export const WITHIN_SECONDS_MAX = 86_400;

/** How many pairs of each map were parked, now and before; only changes are kept. */
export class ParkedHistory {
  private readonly samples = new Map<string, Sample[]>();

  note(map: string, parked: number, atMs: number): void {
    const samples = this.samples.get(map) ?? [];
    if (samples.at(-1)?.parked !== parked) samples.push({ atMs, parked });
    const keepFromMs = atMs - WITHIN_SECONDS_MAX * 1_000;
    // The newest of those that are too old still says how it was at the beginning.
    while (samples.length > 1 && (samples[1]?.atMs ?? 0) <= keepFromMs) samples.shift();
    this.samples.set(map, samples);
  }

  /** A person has set the map going again: what was parked before counts no more. */
  forget(map: string): void {
    this.samples.delete(map);
  }

  /** By how many the parked pairs have grown since their fewest in that time. */
  growth(map: string, withinMs: number, nowMs: number): number {
    const samples = this.samples.get(map) ?? [];
    const now = samples.at(-1);
    if (now === undefined) return 0;
    const fromMs = nowMs - withinMs;
    const inside = samples.filter(
      (sample, index) => (samples[index + 1]?.atMs ?? Infinity) > fromMs && sample,
    );
    return now.parked - Math.min(...inside.map(({ parked }) => parked));
  }
}

/** Why the rule pauses the map; null: it does not. */
export function reasonToPause(rule: PauseRule, map: string, growth: number): string | null {
  if (rule.maps !== null && !rule.maps.includes(map)) return null;
  if (growth < rule.parkedCount) return null;
  return `${growth} pairs were parked within ${rule.withinSeconds} s; rule ${rule.name} allows fewer than ${rule.parkedCount}`;
}
