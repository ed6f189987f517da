/** A change that nobody has announced, and that nobody announces within this time, says that nudges get lost. */
const LATE_MS = 5_000;
/** How long a table is polled as if it had no nudges, after one was lost. */
const DISTRUST_MS = 10 * 60_000;
/** A nudge that came shortly before a round was about what the round finds. */
const EARLY_MS = 2_000;

/**
 * Do the nudges of one table tell of every change? They are trusted while they are registered, and until a round finds a
 * change that no nudge has told of: a sender gives up without a word.
 */
export class NudgeTrust {
  private nudgedAtMs = -Infinity;
  private unannouncedAtMs: number | null = null;
  private distrustedUntilMs = -Infinity;

  noteNudge(nowMs: number): void {
    this.nudgedAtMs = nowMs;
    this.unannouncedAtMs = null;
  }

  /** A round of somebody's own accord has found changes. */
  noteFound(nowMs: number): void {
    if (nowMs - this.nudgedAtMs > EARLY_MS) this.unannouncedAtMs ??= nowMs;
  }

  isTrusted(nowMs: number): boolean {
    if (this.unannouncedAtMs !== null && nowMs - this.unannouncedAtMs > LATE_MS) {
      this.distrustedUntilMs = this.unannouncedAtMs + DISTRUST_MS;
      this.unannouncedAtMs = null;
    }
    return nowMs >= this.distrustedUntilMs;
  }
}
