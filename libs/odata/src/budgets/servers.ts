/** The cookie by which the side's load balancer keeps a caller at one server. */
const AFFINITY = /^(ARRAffinity)=([^;]+)/;
/** So many calls in a row go to whichever server there is before we believe that we know them all. */
const EXPLORE_COUNT = 8;
const EXPLORE_AGAIN_MS = 300_000;
/** A server that is asked for this often, and others answer, is no more. */
const MISSED_COUNT_MAX = 3;
export const SERVER_COUNT_MAX = 64;

/** Where a call is sent: a server by its cookie, or (null) wherever the load balancer likes. */
export type Target = string | null;

/** Before a cookie was seen, and for sides that give none: one server without a name. */
export const ONLY_SERVER = '';

/**
 * The servers behind the side's address. Limits are per server; a call without a cookie may meet one whose budget is
 * used up while another is idle, so each call names the server that has room.
 */
export class Servers {
  private readonly missedCounts = new Map<string, number>();
  private exploreCount = EXPLORE_COUNT;
  private exploreAtMs = 0;

  get names(): readonly string[] {
    return this.missedCounts.size === 0 ? [ONLY_SERVER] : [...this.missedCounts.keys()];
  }

  /** Where calls may go. */
  get targets(): readonly Target[] {
    return this.missedCounts.size === 0 ? [null] : [...this.missedCounts.keys()];
  }

  cookieOf(target: Target): string | undefined {
    return target === null ? undefined : `ARRAffinity=${target}`;
  }

  /** A call without a server of its own has been sent. */
  explored(nowMs: number): void {
    if (this.exploreCount > 0) this.exploreCount--;
    this.exploreAtMs = nowMs + EXPLORE_AGAIN_MS;
  }

  /** @returns the server that answered */
  answered(target: Target, setCookies: readonly string[]): string {
    const shown = setCookies.map((cookie) => AFFINITY.exec(cookie)?.[2]).find((name) => name !== undefined);
    const server = shown ?? target ?? ONLY_SERVER;
    if (target !== null && server !== target) this.missed(target);
    if (server === ONLY_SERVER) return server;
    if (!this.missedCounts.has(server)) {
      if (this.missedCounts.size >= SERVER_COUNT_MAX) return server;
      // Where there is one more, there may be others.
      this.exploreCount = EXPLORE_COUNT;
    }
    if (server === target || !this.missedCounts.has(server)) this.missedCounts.set(server, 0);
    return server;
  }

  /** A call that names no server would tell us whether there are others. */
  isExploring(nowMs: number): boolean {
    return this.exploreCount > 0 || nowMs >= this.exploreAtMs;
  }

  private missed(server: string): void {
    const count = (this.missedCounts.get(server) ?? 0) + 1;
    if (count >= MISSED_COUNT_MAX) this.missedCounts.delete(server);
    else this.missedCounts.set(server, count);
  }
}
