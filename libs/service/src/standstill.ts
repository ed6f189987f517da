const STANDSTILL_MS = 10_000;

/** Tells whoever has work and gets nowhere with it, by a figure of its progress, from one that is merely slow. */
export class Standstill {
  private readonly known = new Map<string, { progress: string; sinceMs: number }>();

  constructor(private readonly now: () => number = Date.now) {}

  /** @param progress any text that changes when the work goes on */
  isStill(name: string, progress: string, hasWork: boolean): boolean {
    const before = this.known.get(name);
    if (!hasWork || before?.progress !== progress) {
      this.known.set(name, { progress, sinceMs: this.now() });
      return false;
    }
    return this.now() - before.sinceMs >= STANDSTILL_MS;
  }
}
