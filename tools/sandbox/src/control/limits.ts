/** Service-protection budgets per caller; absent = no limit. */
export interface LimitSettings {
  requests?: number;
  executionSeconds?: number;
  windowSeconds?: number;
  concurrency?: number;
}

export const LIMIT_NAMES: readonly (keyof LimitSettings)[] = [
  'requests',
  'executionSeconds',
  'windowSeconds',
  'concurrency',
];

export type LimitKind = 'requests' | 'time' | 'concurrency';

interface Usage {
  /** End of each request in the window and how long it took. */
  finished: { atMs: number; tookMs: number }[];
  running: number;
}

export class Limits {
  settings: LimitSettings = {};
  private usage = new Map<string, Usage>();

  get windowSeconds(): number {
    return this.settings.windowSeconds ?? 300;
  }

  /** Which budget the caller has used up, and when asking again makes sense. */
  exceeded(caller: string, nowMs: number): { kind: LimitKind; retryAfterSeconds: number } | undefined {
    const { requests, executionSeconds, concurrency } = this.settings;
    const usage = this.of(caller, nowMs);
    const oldest = usage.finished[0]?.atMs ?? nowMs;
    const retryAfterSeconds = Math.max(1, Math.ceil((oldest + this.windowSeconds * 1000 - nowMs) / 1000));
    if (concurrency !== undefined && usage.running >= concurrency)
      return { kind: 'concurrency', retryAfterSeconds: 1 };
    if (requests !== undefined && usage.finished.length + usage.running >= requests)
      return { kind: 'requests', retryAfterSeconds };
    const spentMs =
      executionSeconds === undefined ? 0 : usage.finished.reduce((sum, one) => sum + one.tookMs, 0);
    if (executionSeconds !== undefined && spentMs >= executionSeconds * 1000)
      return { kind: 'time', retryAfterSeconds };
    return undefined;
  }

  begin(caller: string, nowMs: number): void {
    this.of(caller, nowMs).running += 1;
  }

  end(caller: string, nowMs: number, tookMs: number): void {
    const usage = this.of(caller, nowMs);
    usage.running = Math.max(0, usage.running - 1);
    if (this.isOn) usage.finished.push({ atMs: nowMs, tookMs });
  }

  remaining(caller: string, nowMs: number): { requests: number; seconds: number } {
    const usage = this.of(caller, nowMs);
    const spentMs = usage.finished.reduce((sum, one) => sum + one.tookMs, 0);
    return {
      requests: Math.max(0, (this.settings.requests ?? 6000) - usage.finished.length - 1),
      seconds: Math.max(0, (this.settings.executionSeconds ?? 1200) - spentMs / 1000),
    };
  }

  reset(): void {
    this.settings = {};
    this.usage = new Map();
  }

  private get isOn(): boolean {
    return this.settings.requests !== undefined || this.settings.executionSeconds !== undefined;
  }

  private of(caller: string, nowMs: number): Usage {
    let usage = this.usage.get(caller);
    if (!usage) this.usage.set(caller, (usage = { finished: [], running: 0 }));
    const from = nowMs - this.windowSeconds * 1000;
    let gone = 0;
    while (gone < usage.finished.length && (usage.finished[gone] as { atMs: number }).atMs < from) gone += 1;
    if (gone > 0) usage.finished.splice(0, gone);
    return usage;
  }
}
