import type { Subject } from '../config/scope';

/** What is true of a map, a service or a side at a moment; numbers, so that they can be kept and held against a limit. */
export const FACT_NAMES = [
  'lag-ms',
  'parked',
  'waiting',
  'differences',
  /** Begin, in ms since 1970; 0: it does not. */
  'paused-since-ms',
  'running-since-ms',
  'token-since-ms',
  /** 0 healthy, 1 unknown, 2 degraded, 3 blocked. */
  'health',
  'replicas',
  'api-budget-percent',
] as const;
export type FactName = (typeof FACT_NAMES)[number];

export interface Fact {
  readonly fact: FactName;
  readonly subject: Subject;
  readonly value: number;
}

export const DEGRADED = 2;

export function ofMap(map: string): Subject {
  return { map, company: null, service: null };
}

export function ofService(service: string): Subject {
  return { map: null, company: null, service };
}
