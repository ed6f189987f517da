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
    for (const fault of faults)
      for (const effect of byPhase(fault.effect))
        this.armed.push({ ...fault, effect, left: fault.times ?? Infinity, seen: 0 });
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

const PHASES: Record<keyof FaultEffect, Phase> = {
  away: 'arrival',
  latencyMs: 'request',
  loseAnswer: 'request',
  status: 'request',
  retryAfter: 'request',
  dropEvent: 'write',
  delayEventMs: 'write',
  duplicateEvent: 'write',
  pluginEdit: 'write',
};

const MATCHES = ['method', 'table', 'operation', 'caller', 'every', 'probability'];

/** A misspelt fault would simply never happen: better to refuse it. */
export function faultProblem(fault: unknown): string | undefined {
  if (typeof fault !== 'object' || fault === null)
    return 'a fault is {"match": {...}, "effect": {...}, "times": n}';
  const { match, effect } = fault as { match?: object | null; effect?: object };
  if (typeof effect !== 'object' || effect === null || Object.keys(effect).length === 0)
    return `a fault needs an effect: ${Object.keys(PHASES).join(', ')}`;
  const unknownEffect = Object.keys(effect).find((name) => !(name in PHASES));
  if (unknownEffect !== undefined)
    return `unknown effect ${unknownEffect}; known: ${Object.keys(PHASES).join(', ')}`;
  const unknownMatch = Object.keys(match ?? {}).find((name) => !MATCHES.includes(name));
  return unknownMatch === undefined
    ? undefined
    : `unknown match ${unknownMatch}; known: ${MATCHES.join(', ')}`;
}

/** Effects that come at different moments are drawn apart, each with its own count. */
function byPhase(effect: FaultEffect): FaultEffect[] {
  const phases = new Map<Phase, FaultEffect>();
  for (const name of Object.keys(effect) as (keyof FaultEffect)[]) {
    const phase = PHASES[name];
    phases.set(phase, { ...phases.get(phase), [name]: effect[name] });
  }
  return [...phases.values()];
}

function phaseOf(effect: FaultEffect): Phase {
  return PHASES[Object.keys(effect)[0] as keyof FaultEffect];
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
