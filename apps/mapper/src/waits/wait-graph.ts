import type { Verdict, Wanted } from '@dualwrite/planner';
import type { WaitTarget } from './wait-store';

export type WaitedFor = Omit<Wanted, 'side'>;

/** The pair whose row would be the one that is waited for. */
export interface SourcePair {
  readonly map: string;
  readonly key: string | null;
  readonly pairId: string;
  readonly verdict: Verdict | null;
  /** Why it is parked. */
  readonly reason: string | null;
  readonly waitsFor: readonly WaitedFor[];
}

/**
 * Why a row that is waited for is not there. `no-map`: no map fills its table, somebody has to make it. `no-row`: neither
 * side has it. `on-its-way`: its pair goes on by itself. `circle`: its pair waits, in the end, for one that waits for it.
 */
export type WaitCause =
  'no-map' | 'no-row' | 'on-its-way' | 'waiting' | 'circle' | 'parked' | 'filtered' | 'held';

export interface WaitNode extends WaitTarget {
  readonly cause: WaitCause;
  readonly source: SourcePair | null;
}

/** Waits as a graph: what is waited for, by whom, and what the row itself waits for. Pure. */
export function waitGraph(
  targets: readonly WaitTarget[],
  sourceOf: (target: WaitedFor) => SourcePair | undefined,
  mappedTables: ReadonlySet<string>,
): WaitNode[] {
  return targets.map((target) => {
    const source = sourceOf(target) ?? null;
    return { ...target, source, cause: causeOf(target, source, sourceOf, mappedTables) };
  });
}

function causeOf(
  target: WaitTarget,
  source: SourcePair | null,
  sourceOf: (target: WaitedFor) => SourcePair | undefined,
  mappedTables: ReadonlySet<string>,
): WaitCause {
  if (source === null) return mappedTables.has(target.table) ? 'no-row' : 'no-map';
  switch (source.verdict) {
    case 'parked':
    case 'filtered':
    case 'held':
      return source.verdict;
    case 'waiting':
      return leadsBack(source, sourceOf) ? 'circle' : 'waiting';
    default:
      return 'on-its-way';
  }
}

function leadsBack(from: SourcePair, sourceOf: (target: WaitedFor) => SourcePair | undefined): boolean {
  const seen = new Set<string>();
  const open = [...from.waitsFor];
  for (let target = open.pop(); target !== undefined; target = open.pop()) {
    const next = sourceOf(target);
    if (next?.pairId === from.pairId) return true;
    if (next === undefined || seen.has(next.pairId)) continue;
    seen.add(next.pairId);
    open.push(...next.waitsFor);
  }
  return false;
}

export function waitKey({ table, column, value, company }: WaitedFor): string {
  return [table, column, value, company ?? ''].join('/');
}
