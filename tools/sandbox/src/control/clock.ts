/** The one clock of both sides: it runs on from where a caller has set it. */
export class Clock {
  private offsetMs = 0;
  private commitCount = 0;

  constructor(private readonly keep: { read(): number; write(offsetMs: number): void }) {
    this.offsetMs = keep.read();
  }

  nowMs(): number {
    return Date.now() + this.offsetMs;
  }

  /** Whole seconds, as both sides store times. */
  nowText(): string {
    return `${new Date(this.nowMs()).toISOString().slice(0, 19)}Z`;
  }

  /** Numbers the commits of both sides in one order: an outside observer's knowledge that neither system has. */
  nextCommit(): number {
    this.commitCount += 1;
    return this.commitCount;
  }

  set(nowMs: number): void {
    this.move(nowMs - Date.now());
  }

  advance(seconds: number): void {
    this.move(this.offsetMs + seconds * 1000);
  }

  reset(): void {
    this.move(0);
  }

  private move(offsetMs: number): void {
    this.offsetMs = offsetMs;
    this.keep.write(offsetMs);
  }
}
