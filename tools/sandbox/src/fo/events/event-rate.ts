const SECOND_MS = 1000;
const HOUR_SECONDS = 3600;
const FIVE_MINUTES_SECONDS = 300;

export interface RateCaps {
  /** 0 = none. The vendor supports 5,000 and 50,000. */
  readonly per5Minutes: number;
  readonly perHour: number;
}

/** How many events the environment has raised, by the second: beyond what is supported they come late. */
export class EventRate {
  private seconds: { second: number; count: number }[] = [];

  /** Counts one event. @returns whether it is beyond what is supported */
  isOver(nowMs: number, caps: RateCaps): boolean {
    if (caps.per5Minutes === 0 && caps.perHour === 0) return false;
    const second = Math.floor(nowMs / SECOND_MS);
    const last = this.seconds.at(-1);
    if (last?.second === second) last.count += 1;
    else this.seconds.push({ second, count: 1 });
    this.seconds = this.seconds.filter((one) => one.second > second - HOUR_SECONDS);
    const within = (length: number): number =>
      this.seconds.reduce((sum, one) => (one.second > second - length ? sum + one.count : sum), 0);
    return (
      (caps.per5Minutes > 0 && within(FIVE_MINUTES_SECONDS) > caps.per5Minutes) ||
      (caps.perHour > 0 && within(HOUR_SECONDS) > caps.perHour)
    );
  }
}
