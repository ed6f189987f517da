/** What one caller was served on one server since the limits were set. */
export interface ServerUse {
  readonly caller: string;
  readonly server: number;
  readonly served: number;
  readonly refused: number;
}

export interface SoakLimits {
  readonly requests: number;
  readonly windowSeconds: number;
  readonly servers: number;
  readonly users: number;
}

export interface Measured {
  readonly limits: SoakLimits;
  readonly seconds: number;
  readonly before: readonly ServerUse[];
  readonly after: readonly ServerUse[];
  /** Joins of the connectors' consumer groups while it was measured. */
  readonly rebalances: number;
  /** Memory of each connector, in order of time. */
  readonly memoryMb: readonly (readonly number[])[];
  /** Edits that people made meanwhile. */
  readonly offered: number;
}

export interface SoakResult {
  readonly ok: boolean;
  readonly problems: readonly string[];
  readonly seconds: number;
  readonly offered: number;
  readonly calls: number;
  readonly budget: number;
  readonly usedShare: number;
  readonly refused: number;
  readonly refusedShare: number;
  readonly rebalances: number;
  readonly memoryMb: readonly { readonly first: number; readonly last: number }[];
}

const USED_SHARE_MIN = 0.95;
const REFUSED_SHARE_MAX = 0.001;
/** Beyond this much more at the end than at the beginning something is kept that should not be. */
const MEMORY_GROWTH_MAX = 1.15;
const MEMORY_GROWTH_MB_FREE = 24;

/** Holds what was measured against what was promised. */
export function judge(measured: Measured): SoakResult {
  const { limits, seconds, rebalances, offered } = measured;
  const calls = sum(measured.after, 'served') - sum(measured.before, 'served');
  const refused = sum(measured.after, 'refused') - sum(measured.before, 'refused');
  const budget = (limits.requests * limits.servers * limits.users * seconds) / limits.windowSeconds;
  const usedShare = calls / budget;
  const refusedShare = refused / Math.max(1, calls + refused);
  const memoryMb = measured.memoryMb.map((samples) => ({
    first: median(samples.slice(0, Math.ceil(samples.length / 4))),
    last: median(samples.slice(-Math.ceil(samples.length / 4))),
  }));
  const problems = [
    ...(usedShare < USED_SHARE_MIN ? [`only ${percent(usedShare)} of the budget was used`] : []),
    ...(refusedShare >= REFUSED_SHARE_MAX ? [`${percent(refusedShare)} of the calls were refused`] : []),
    ...(rebalances > 0 ? [`consumer groups were joined anew ${rebalances} times`] : []),
    ...memoryMb.flatMap(({ first, last }, index) =>
      last > first * MEMORY_GROWTH_MAX + MEMORY_GROWTH_MB_FREE
        ? [`connector ${index + 1} has grown from ${first} to ${last} MB`]
        : [],
    ),
    ...(offered < calls ? [`no more than ${offered} edits were offered`] : []),
  ];
  return {
    ok: problems.length === 0,
    problems,
    seconds: Math.round(seconds),
    offered,
    calls,
    budget: Math.round(budget),
    usedShare: rounded(usedShare),
    refused,
    refusedShare: rounded(refusedShare),
    rebalances,
    memoryMb,
  };
}

function sum(uses: readonly ServerUse[], member: 'served' | 'refused'): number {
  return uses.reduce((total, use) => total + use[member], 0);
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}

function rounded(share: number): number {
  return Math.round(share * 10_000) / 10_000;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
