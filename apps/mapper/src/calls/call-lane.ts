import { DependencyUnavailable } from '@dualwrite/telemetry';

interface Waiting<T> {
  readonly one: T;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Of one transaction: enough to make its statements cheap, few enough to hold their pairs for a moment only. */
const COUNT_MAX = 50;

/**
 * What comes while some of its kind is being done is done next, all together: the more there is to do, the less each costs.
 * One that cannot be done fails alone.
 */
export class CallLane<T> {
  private waiting: Waiting<T>[] = [];
  private isRunning = false;

  constructor(private readonly work: (together: readonly T[]) => Promise<void>) {}

  /** Resolves once it has been done. */
  do(one: T): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ one, resolve, reject });
      if (!this.isRunning) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.isRunning = true;
    while (this.waiting.length > 0) await this.together(this.waiting.splice(0, COUNT_MAX));
    this.isRunning = false;
  }

  private async together(all: readonly Waiting<T>[]): Promise<void> {
    try {
      await this.work(all.map(({ one }) => one));
      for (const { resolve } of all) resolve();
    } catch (error) {
      const isOfOne = !(error instanceof DependencyUnavailable) && all.length > 1;
      if (isOfOne) for (const one of all) await this.together([one]);
      else for (const { reject } of all) reject(error);
    }
  }
}
