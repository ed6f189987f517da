import type { ODataRequest } from '../odata/exchange';
import { Refusal, type Answer } from '../odata/exchange';
import type { FoContext } from './fo-context';
import { foUser } from './fo-user';

const WINDOW_MS = 60_000;
/** Load in percent from which callers of a priority are refused. */
const REFUSED_FROM = { low: 70, medium: 80, high: 90 } as const;
const TEXT =
  '{"error":{"code":"","message":"This request could not be processed at this time due to system experiencing high resource utilization."}}';

/**
 * Resource-based throttling: when the environment is under load, whoever caused it, callers are refused by the priority
 * that is mapped to them. The package API and the metadata service are exempt.
 */
export class ResourceThrottle {
  private seenMs: number[] = [];

  constructor(private readonly context: FoContext) {}

  /** @throws {Refusal} */
  check(request: ODataRequest): void {
    const { options, clock } = this.context;
    const set = options.get('resourceLoadPercent');
    const max = options.get('resourceRequestsPerMinuteMax');
    if (set === 0 && max === 0) return;
    const load = Math.max(set, max === 0 ? 0 : (100 * this.count(clock.nowMs())) / max);
    const priority = foUser(this.context, request.caller).priority ?? 'medium';
    if (load >= REFUSED_FROM[priority]) throw new Refusal(busy(options.get('resourceRetryAfterSeconds')));
  }

  reset(): void {
    this.seenMs = [];
  }

  /** Requests of all callers in the window, this one included. */
  private count(nowMs: number): number {
    const from = nowMs - WINDOW_MS;
    const first = this.seenMs.findIndex((atMs) => atMs > from);
    if (first !== 0) this.seenMs = first < 0 ? [] : this.seenMs.slice(first);
    this.seenMs.push(nowMs);
    return this.seenMs.length;
  }
}

export function busy(retryAfterSeconds: number): Answer {
  return {
    status: 429,
    headers: {
      'Content-Type': 'application/json; charset=utf-8',
      ...(retryAfterSeconds > 0 ? { 'Retry-After': String(retryAfterSeconds) } : {}),
    },
    body: TEXT,
  };
}
