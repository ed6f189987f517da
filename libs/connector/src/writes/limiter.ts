/** At most `countMax` at once; the others wait in the order of asking. */
export class Limiter {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly countMax: number) {}

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= this.countMax) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.running++;
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      // The place goes to the next one directly, so nobody can slip in between.
      if (next) next();
      else this.running--;
    }
  }
}
