/** The wait between two rounds of a feed, which a nudge cuts short; one that comes during a round counts for the next wait. */
export class NudgedPause {
  private isNudged = false;
  private end: (() => void) | undefined;

  nudge(): void {
    this.isNudged = true;
    this.end?.();
  }

  /** Resolves after `ms`, at a nudge, or when `signal` aborts. @returns whether it was a nudge */
  async wait(ms: number, signal: AbortSignal): Promise<boolean> {
    if (!this.isNudged && !signal.aborted) await this.pause(ms, signal);
    const wasNudged = this.isNudged;
    this.isNudged = false;
    return wasNudged;
  }

  private pause(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.end?.(), ms);
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        this.end = undefined;
        resolve();
      };
      this.end = end;
      signal.addEventListener('abort', end);
    });
  }
}
