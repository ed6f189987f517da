import { randomBytes } from 'node:crypto';

/** Header that carries the trace of a change, in the W3C form `00-TRACE_ID-SPAN_ID-FLAGS`. */
export const TRACEPARENT_HEADER = 'traceparent';

export interface TraceParts {
  readonly traceId: string;
  readonly spanId: string;
  readonly isSampled: boolean;
}

const FORM = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

export function formatTraceparent({ traceId, spanId, isSampled }: TraceParts): string {
  return `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`;
}

/** `undefined`: not a traceparent. A damaged header costs the trace, never the change. */
export function parseTraceparent(traceparent: string | null | undefined): TraceParts | undefined {
  const [, traceId, spanId, flags] = FORM.exec(traceparent ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/** The trace id as it is shown in journals; `null` where there is none. */
export function traceIdOf(traceparent: string | null | undefined): string | null {
  return parseTraceparent(traceparent)?.traceId ?? null;
}

/** The same change, from here on with spans: what errors and slow changes get. */
export function forceSampled(traceparent: string): string {
  const parts = parseTraceparent(traceparent);
  return parts === undefined ? traceparent : formatTraceparent({ ...parts, isSampled: true });
}

export function randomTraceparent(isSampled: boolean): string {
  const bytes = randomBytes(24);
  return formatTraceparent({
    traceId: bytes.toString('hex', 0, 16),
    spanId: bytes.toString('hex', 16, 24),
    isSampled,
  });
}
