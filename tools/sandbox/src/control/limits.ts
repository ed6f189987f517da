import { Usage, type UsageReport } from './usage';

/** Service-protection budgets, each per caller and server; absent = no limit. */
export interface LimitSettings {
  requests?: number;
  executionSeconds?: number;
  windowSeconds?: number;
  concurrency?: number;
  /** Servers behind the one address, each with budgets of its own; a request without their cookie goes to the next. */
  servers?: number;
  /** 1: the headers about what remains are those of another server. */
  misleadingHeaders?: number;
}

export const LIMIT_NAMES: readonly (keyof LimitSettings)[] = [
  'requests',
  'executionSeconds',
  'windowSeconds',
  'concurrency',
  'servers',
  'misleadingHeaders',
];

export type LimitKind = 'requests' | 'time' | 'concurrency';

/** So many refused requests in the window add a second to Retry-After. */
const REFUSALS_PER_SECOND = 10;
const AFFINITY = 'ARRAffinity';

export class Limits {
  settings: LimitSettings = {};
  private usage = new Map<string, Usage>();
  private turn = 0;

  get windowSeconds(): number {
    return this.settings.windowSeconds ?? 300;
  }

  /** Who keeps the cookie stays with its server; the others are spread. */
  serverFor(cookie: string | undefined): number {
    const { servers = 1 } = this.settings;
    if (servers <= 1) return 0;
    const wanted = Number(new RegExp(`${AFFINITY}=s(\\d+)`).exec(cookie ?? '')?.[1] ?? NaN);
    if (wanted < servers) return wanted;
    return (this.turn = (this.turn + 1) % servers);
  }

  affinity(server: number): Record<string, string> {
    if ((this.settings.servers ?? 1) <= 1) return {};
    return { 'Set-Cookie': `${AFFINITY}=s${server}; Path=/; HttpOnly` };
  }

  /** Which budget the caller has used up, and when asking again makes sense: later for who keeps pushing. */
  exceeded(
    caller: string,
    server: number,
    nowMs: number,
  ): { kind: LimitKind; retryAfterSeconds: number } | undefined {
    const { requests, executionSeconds, concurrency } = this.settings;
    const usage = this.of(caller, server, nowMs);
    const kind: LimitKind | undefined =
      concurrency !== undefined && usage.running >= concurrency
        ? 'concurrency'
        : requests !== undefined && usage.count + usage.running >= requests
          ? 'requests'
          : executionSeconds !== undefined && usage.spentMs >= executionSeconds * 1000
            ? 'time'
            : undefined;
    if (kind === undefined) return undefined;
    usage.refuse(nowMs);
    const untilFreeMs =
      kind === 'concurrency' ? 0 : (usage.oldestMs ?? nowMs) + this.windowSeconds * 1000 - nowMs;
    const pushing = Math.floor(usage.refusals / REFUSALS_PER_SECOND);
    const seconds = Math.max(1, Math.ceil(untilFreeMs / 1000)) + pushing;
    return { kind, retryAfterSeconds: Math.min(Math.max(1, this.windowSeconds), seconds) };
  }

  begin(caller: string, server: number, nowMs: number): void {
    this.of(caller, server, nowMs).running += 1;
  }

  end(caller: string, server: number, nowMs: number, tookMs: number): void {
    const usage = this.of(caller, server, nowMs);
    usage.running = Math.max(0, usage.running - 1);
    if (this.isOn) usage.finish(nowMs, tookMs);
  }

  remaining(caller: string, server: number, nowMs: number): { requests: number; seconds: number } {
    const { servers = 1, misleadingHeaders } = this.settings;
    const shown = misleadingHeaders ? (server + 1) % Math.max(2, servers) : server;
    const usage = this.of(caller, shown, nowMs);
    return {
      requests: Math.max(0, (this.settings.requests ?? 6000) - usage.count - 1),
      seconds: Math.max(0, (this.settings.executionSeconds ?? 1200) - usage.spentMs / 1000),
    };
  }

  /** Of each caller on each server since the last reset. */
  report(): UsageReport[] {
    return [...this.usage].map(([key, { served, refused }]) => {
      const [server = '', ...caller] = key.split(' ');
      return { caller: caller.join(' '), server: Number(server), served, refused };
    });
  }

  reset(): void {
    this.settings = {};
    this.usage = new Map();
    this.turn = 0;
  }

  private get isOn(): boolean {
    return this.settings.requests !== undefined || this.settings.executionSeconds !== undefined;
  }

  private of(caller: string, server: number, nowMs: number): Usage {
    const key = `${server} ${caller}`;
    let usage = this.usage.get(key);
    if (!usage) this.usage.set(key, (usage = new Usage()));
    usage.forgetBefore(nowMs - this.windowSeconds * 1000);
    return usage;
  }
}
