import { check, type Finding, type Invariant } from './check';
import { runWorld } from './schedule';
import type { Safeguard } from './safeguards';
import type { Scenario } from './scenarios';
import { World, type Trace } from './world';

export interface RunResult {
  readonly findings: readonly Finding[];
  readonly bad: readonly Invariant[];
  readonly parked: string | null;
  readonly steps: number;
  readonly writes: number;
  readonly reads: number;
  readonly edits: number;
}

/** What came of a range of seeds; two of them add up (`add`). */
export interface Exploration {
  readonly seeds: number;
  readonly steps: number;
  readonly violations: number;
  readonly failingSeeds: readonly number[];
  readonly byInvariant: Readonly<Partial<Record<Invariant, number>>>;
  readonly parks: Readonly<Record<string, number>>;
  readonly writes: number;
  readonly reads: number;
  readonly edits: number;
}

export interface SeedRange {
  readonly seeds: number;
  readonly from?: number;
  readonly without?: readonly Safeguard[];
  /** Ends with the first violation. */
  readonly stopAtFirst?: boolean;
}

export const NOTHING: Exploration = {
  seeds: 0,
  steps: 0,
  violations: 0,
  failingSeeds: [],
  byInvariant: {},
  parks: {},
  writes: 0,
  reads: 0,
  edits: 0,
};
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
  const findings = check(world);
  const bad = [...new Set(findings.map(({ invariant }) => invariant))];
  const { writes, reads, edits } = world.count;
  return { findings, bad, parked: world.parkReason(), steps: world.now, writes, reads, edits };
}

export function explore(scenario: Scenario, range: SeedRange): Exploration {
  const from = range.from ?? 1;
  let found = NOTHING;
  for (let seed = from; seed < from + range.seeds; seed += 1) {
    found = add(found, exploreOne(seed, scenario, range));
    if (range.stopAtFirst && found.violations > 0) break;
  }
  return found;
}

function exploreOne(seed: number, scenario: Scenario, range: SeedRange): Exploration {
  const result = runOnce(seed, scenario, range);
  const bad = [...result.bad];
  if (seed % DETERMINISM_EVERY === 0) {
    const again = runOnce(seed, scenario, range);
    if (JSON.stringify(again) !== JSON.stringify(result)) bad.push('determinism');
  }
  const { steps, writes, reads, edits, parked } = result;
  return {
    ...{ steps, writes, reads, edits },
    seeds: 1,
    violations: bad.length > 0 ? 1 : 0,
    failingSeeds: bad.length > 0 ? [seed] : [],
    byInvariant: Object.fromEntries(bad.map((invariant) => [invariant, 1])),
    parks: parked === null ? {} : { [parked]: 1 },
  };
}

export function add(left: Exploration, right: Exploration): Exploration {
  const failing = [...left.failingSeeds, ...right.failingSeeds].sort((one, other) => one - other);
  return {
    seeds: left.seeds + right.seeds,
    steps: left.steps + right.steps,
    violations: left.violations + right.violations,
    failingSeeds: failing.slice(0, FAILING_SEEDS_MAX),
    byInvariant: sum(left.byInvariant, right.byInvariant),
    parks: sum(left.parks, right.parks),
    writes: left.writes + right.writes,
    reads: left.reads + right.reads,
    edits: left.edits + right.edits,
  };
}

type Counts = Readonly<Record<string, number | undefined>>;

function sum(left: Counts, right: Counts): Record<string, number> {
  const total: Record<string, number> = {};
  for (const counts of [left, right]) {
    for (const [name, count] of Object.entries(counts)) total[name] = (total[name] ?? 0) + (count ?? 0);
  }
  return total;
}

/** Shares and rates, as they are shown to people. */
export function figuresOf(found: Exploration): {
  parksPercent: number;
  writesPerEdit: number;
  readsPerEdit: number;
} {
  const parked = Object.values(found.parks).reduce((all, count) => all + count, 0);
  const edits = Math.max(1, found.edits);
  return {
    parksPercent: Number(((100 * parked) / Math.max(1, found.seeds)).toFixed(2)),
    writesPerEdit: Number((found.writes / edits).toFixed(2)),
    readsPerEdit: Number((found.reads / edits).toFixed(2)),
  };
}
