import { check, type Invariant } from './check';
import { runWorld } from './schedule';
import type { Safeguard, Scenario } from './scenarios';
import { World, type Trace } from './world';

export interface RunResult {
  readonly bad: readonly Invariant[];
  readonly parked: string | null;
  readonly steps: number;
  readonly writes: number;
  readonly reads: number;
  readonly edits: number;
}

export interface Exploration {
  readonly seeds: number;
  readonly steps: number;
  readonly violations: number;
  readonly failingSeeds: readonly number[];
  readonly byInvariant: Readonly<Record<string, number>>;
  readonly parks: Readonly<Record<string, number>>;
  readonly writesPerEdit: number;
}

const FAILING_SEEDS_MAX = 10;
/** Every so many seeds are run twice: the same seed must give the same run. */
const DETERMINISM_EVERY = 100;

export function runOnce(
  seed: number,
  scenario: Scenario,
  options: { without?: readonly Safeguard[]; trace?: Trace } = {},
): RunResult {
  const world = new World(seed, scenario, options.without, options.trace ?? null);
  runWorld(world);
  const bad = check(world);
  const { writes, reads, edits } = world.count;
  return { bad, parked: world.parkReason(), steps: world.now, writes, reads, edits };
}

export function explore(
  scenario: Scenario,
  options: { seeds: number; from?: number; without?: readonly Safeguard[] },
): Exploration {
  const byInvariant: Record<string, number> = {};
  const parks: Record<string, number> = {};
  const failingSeeds: number[] = [];
  let [violations, steps, writes, edits] = [0, 0, 0, 0];
  const from = options.from ?? 1;
  for (let seed = from; seed < from + options.seeds; seed += 1) {
    const result = runOnce(seed, scenario, options);
    const bad = [...result.bad];
    if (seed % DETERMINISM_EVERY === 0) {
      const again = runOnce(seed, scenario, options);
      if (JSON.stringify(again) !== JSON.stringify(result)) bad.push('determinism');
    }
    for (const invariant of bad) byInvariant[invariant] = (byInvariant[invariant] ?? 0) + 1;
    if (result.parked !== null) parks[result.parked] = (parks[result.parked] ?? 0) + 1;
    if (bad.length > 0) {
      violations += 1;
      if (failingSeeds.length < FAILING_SEEDS_MAX) failingSeeds.push(seed);
    }
    steps += result.steps;
    writes += result.writes;
    edits += result.edits;
  }
  const writesPerEdit = Number((writes / Math.max(1, edits)).toFixed(2));
  return { seeds: options.seeds, steps, violations, failingSeeds, byInvariant, parks, writesPerEdit };
}
