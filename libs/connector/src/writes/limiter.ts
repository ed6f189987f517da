/** Share of the places that bulk work leaves free: a live write finds one at once, not only after a bulk write has ended. */
const LIVE_SHARE = 0.25;

/** At most `countMax` at once; the others wait in the order of asking, bulk work behind all that is live. */
export class Limiter {
  private running = 0;
  private runningBulk = 0;
  private readonly waitingLive: (() => void)[] = [];
  private readonly waitingBulk: (() => void)[] = [];
  private readonly bulkCountMax: number;

  constructor(private readonly countMax: number) {
    this.bulkCountMax = Math.max(1, countMax - Math.ceil(countMax * LIVE_SHARE));
  }

  async run<T>(work: () => Promise<T>, { isBulk = false } = {}): Promise<T> {
    if (isBulk ? this.mayBulkRun() && this.waitingBulk.length === 0 : this.running < this.countMax)
      this.take(isBulk);
    else await new Promise<void>((resolve) => (isBulk ? this.waitingBulk : this.waitingLive).push(resolve));
    try {
      return await work();
    } finally {
      this.running--;
      if (isBulk) this.runningBulk--;
      this.handOn();
    }
  }

  private mayBulkRun(): boolean {
    return (
      this.running < this.countMax && this.runningBulk < this.bulkCountMax && this.waitingLive.length === 0
    );
  }

  private take(isBulk: boolean): void {
    this.running++;
    if (isBulk) this.runningBulk++;
  }

  /** The place goes to the next one directly, so nobody can slip in between. */
  private handOn(): void {
    const live = this.waitingLive.shift();
    const next = live ?? (this.mayBulkRun() ? this.waitingBulk.shift() : undefined);
    if (next === undefined) return;
    this.take(live === undefined);
    next();
  }
}
