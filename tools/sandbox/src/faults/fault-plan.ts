import type { JsonObject } from '../json/exact-json';

export interface FaultMatch {
  method?: string;
  /** Entity set or logical name. */
  table?: string;
  operation?: string;
  caller?: string;
  /** Every n-th request that fits the rest. */
  every?: number;
  probability?: number;
}

export interface FaultEffect {
  latencyMs?: number;
  loseAnswer?: boolean;
  status?: number;
  retryAfter?: number;
  dropEvent?: boolean;
  delayEventMs?: number;
  duplicateEvent?: boolean;
  pluginEdit?: JsonObject;
  away?: boolean;
}

export interface Fault {
  match?: FaultMatch;
  effect: FaultEffect;
  times?: number;
}

export interface Occasion {
  method: string;
  /** Both names of the table, as far as known. */
  tables: readonly string[];
  operation: string | undefined;
  caller: string;
}

type Phase = 'arrival' | 'request' | 'write';

interface Armed extends Fault {
  left: number;
  seen: number;
}

/** Faults ordered by a caller; random choices are drawn from a seed, so that a run can be repeated. */
export class FaultPlan {
  private armed: Armed[] = [];
  private random = mulberry32(1);

  add(faults: readonly Fault[], seed: number | undefined): void {
    if (seed !== undefined) this.random = mulberry32(seed);
    for (const fault of faults) this.armed.push({ ...fault, left: fault.times ?? Infinity, seen: 0 });
  }

  clear(): void {
    this.armed = [];
  }

  get isEmpty(): boolean {
    return this.armed.length === 0;
  }

  list(): readonly Fault[] {
    return this.armed.map(({ match, effect, left }) => ({
      ...(match ? { match } : {}),
      effect,
      ...(Number.isFinite(left) ? { times: left } : {}),
    }));
  }

  /** The server is away: judged before a request is read. */
  arrival(occasion: Occasion): boolean {
    return this.draw(occasion, 'arrival').away === true;
  }

  /** Effects on a request and its answer. */
  request(occasion: Occasion): FaultEffect {
    return this.armed.length === 0 ? {} : this.draw(occasion, 'request');
  }

  /** Effects that follow a committed write: events and plug-ins. */
  write(occasion: Occasion): FaultEffect {
    return this.armed.length === 0 ? {} : this.draw(occasion, 'write');
  }

  private draw(occasion: Occasion, phase: Phase): FaultEffect {
    const drawn: FaultEffect = {};
    for (const fault of this.armed) {
      if (fault.left <= 0 || phaseOf(fault.effect) !== phase || !fits(fault.match ?? {}, occasion)) continue;
      fault.seen += 1;
      const { every, probability } = fault.match ?? {};
      if (every !== undefined && fault.seen % every !== 0) continue;
      if (probability !== undefined && this.random() >= probability) continue;
      fault.left -= 1;
      Object.assign(drawn, fault.effect);
    }
    return drawn;
  }
}

function phaseOf(effect: FaultEffect): Phase {
  if (effect.away) return 'arrival';
  const isAfterWrite =
    effect.dropEvent === true ||
    effect.duplicateEvent === true ||
    effect.delayEventMs !== undefined ||
    effect.pluginEdit !== undefined;
  return isAfterWrite ? 'write' : 'request';
}

function fits(match: FaultMatch, occasion: Occasion): boolean {
  if (match.method !== undefined && match.method.toUpperCase() !== occasion.method) return false;
  if (match.table !== undefined && !occasion.tables.includes(match.table)) return false;
  if (match.operation !== undefined && match.operation !== occasion.operation) return false;
  return match.caller === undefined || match.caller === occasion.caller;
}

/** A small seeded generator of numbers in [0, 1). */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
