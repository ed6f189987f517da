/** What was not used lately may be caught up on at once, up to so much; more would leave nothing for live calls. */
const BURST_MS_MAX = 5_000;

/**
 * An even pace (generic cell rate algorithm): every unit of cost moves the moment at which the next one is due. Without
 * it a load would use up a window in its first seconds, and then neither it nor anybody else could do anything.
 */
export class Pace {
  private dueAtMs = 0;

  /** @param unitMs how long a unit of cost takes at the pace */
  spend(nowMs: number, cost: number, unitMs: number, windowMs: number): void {
    const burstMs = Math.min(BURST_MS_MAX, windowMs / 4);
    this.dueAtMs = Math.max(this.dueAtMs, nowMs - burstMs) + cost * unitMs;
  }

  waitMs(nowMs: number): number {
    return Math.max(0, this.dueAtMs - nowMs);
  }
}
