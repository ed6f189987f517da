interface Ended {
  readonly atMs: number;
  readonly tookMs: number;
}

const DROPPED_COUNT_MAX = 1_000;

/** The calls that ended within the window; sums are kept, so that asking costs nothing. */
export class WindowLog {
  private ended: Ended[] = [];
  /** Entries before this have left the window. */
  private first = 0;
  private sumMs = 0;

  get count(): number {
    return this.ended.length - this.first;
  }

  get spentMs(): number {
    return this.sumMs;
  }

  add(atMs: number, tookMs: number): void {
    this.ended.push({ atMs, tookMs });
    this.sumMs += tookMs;
  }

  /** Exactly at the end of the window an entry still counts: the side may see it so. */
  forgetBefore(ms: number): void {
    for (let oldest = this.ended[this.first]; oldest !== undefined && oldest.atMs < ms;) {
      this.sumMs -= oldest.tookMs;
      oldest = this.ended[++this.first];
    }
    if (this.first > DROPPED_COUNT_MAX) {
      this.ended = this.ended.slice(this.first);
      this.first = 0;
    }
  }

  /** When the oldest `count` entries ended; the last of them, if there are fewer. */
  endOf(count: number): number | undefined {
    return this.ended[Math.min(this.first + count, this.ended.length) - 1]?.atMs;
  }

  /** When entries ended whose times come to `spentMs`. */
  endOfTime(spentMs: number): number | undefined {
    let sum = 0;
    for (let index = this.first; index < this.ended.length; index++) {
      const { atMs, tookMs } = this.ended[index] as Ended;
      sum += tookMs;
      if (sum >= spentMs) return atMs;
    }
    return this.ended.at(-1)?.atMs;
  }
}
