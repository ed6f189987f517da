import { trace, type Tracer } from '@opentelemetry/api';
import { parseTraceparent, randomTraceparent, type TraceParts } from './traceparent';

const TRACER_NAME = 'dualwrite';
/** Roots promised and not yet begun; an observation that is never published must not stay for ever. */
const PROMISED_COUNT_MAX = 10_000;

let sampledRatio = 0;
const promisedRoots = new Set<string>();
let nextIds: TraceParts | undefined;

export function setSampledRatio(ratio: number): void {
  sampledRatio = ratio;
}

export function tracer(): Tracer {
  return trace.getTracer(TRACER_NAME);
}

/**
 * Begins the trace of one change at the observe step and decides whether it is sampled. The first span made
 * under it becomes the root with exactly the promised ids, so the traceparent may be sent before that span ends.
 */
export function startChange(): string {
  const isSampled = sampledRatio > 0 && Math.random() < sampledRatio;
  const traceparent = randomTraceparent(isSampled);
  if (isSampled) promiseRoot(traceparent);
  return traceparent;
}

function promiseRoot(traceparent: string): void {
  if (promisedRoots.size >= PROMISED_COUNT_MAX) {
    const [oldest] = promisedRoots;
    if (oldest !== undefined) promisedRoots.delete(oldest);
  }
  promisedRoots.add(traceparent);
}

/** True once per promised root. */
export function takePromisedRoot(traceparent: string): boolean {
  return promisedRoots.delete(traceparent);
}

/** Runs `start` so that the root span that it starts has the ids of `traceparent`. */
export function withIds<T>(traceparent: string, start: () => T): T {
  nextIds = parseTraceparent(traceparent);
  try {
    return start();
  } finally {
    nextIds = undefined;
  }
}

/** Ids for the next root span, where one was promised; asked by the tracer provider's id generator. */
export function promisedIds(): TraceParts | undefined {
  return nextIds;
}
