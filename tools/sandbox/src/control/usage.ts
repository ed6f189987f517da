interface Finished {
  readonly atMs: number;
  readonly tookMs: number;
}

export interface UsageReport {
  caller: string;
  server: number;
  served: number;
  refused: number;
}

const DROPPED_COUNT_MAX = 1000;

/** What one caller did on one server within the window; sums are kept, so that asking costs nothing. */
export class Usage {
  running = 0;
  spentMs = 0;
  /** Ever; also of those that have left the window. */
  served = 0;
  refused = 0;
  private finished: Finished[] = [];
  /** Entries before this have left the window. */
  private first = 0;
  private refusedMs: number[] = [];

  get count(): number {
    return this.finished.length - this.first;
  }

  get oldestMs(): number | undefined {
    return this.finished[this.first]?.atMs;
  }

  get refusals(): number {
    return this.refusedMs.length;
  }

  finish(atMs: number, tookMs: number): void {
    this.finished.push({ atMs, tookMs });
    this.served += 1;
    this.spentMs += tookMs;
  }

  refuse(atMs: number): void {
    this.refusedMs.push(atMs);
    this.refused += 1;
  }

  forgetBefore(ms: number): void {
    for (let oldest = this.oldestMs; oldest !== undefined && oldest < ms; oldest = this.oldestMs) {
      this.spentMs -= (this.finished[this.first] as Finished).tookMs;
      this.first += 1;
    }
    if (this.first > DROPPED_COUNT_MAX) {
      this.finished = this.finished.slice(this.first);
      this.first = 0;
    }
    if (this.refusedMs.length > 0) this.refusedMs = this.refusedMs.filter((atMs) => atMs >= ms);
  }
}
