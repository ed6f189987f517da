/** One at a time per key, in the order of asking; keys do not wait for each other. */
export class KeyedMutex {
  private readonly tails = new Map<string, Promise<void>>();

  /** Once all keys are free. They are asked for in one go, so two that want some of the same never wait for each other. */
  async runAll<T>(keys: readonly string[], work: () => Promise<T>): Promise<T> {
    let open = (): void => undefined;
    const over = new Promise<void>((resolve) => (open = resolve));
    const holds: Promise<void>[] = [];
    const entered = keys.map(
      (key) =>
        new Promise<void>((resolve) => {
          const hold = this.run(key, () => {
            resolve();
            return over;
          });
          holds.push(hold);
        }),
    );
    try {
      await Promise.all(entered);
      return await work();
    } finally {
      open();
      await Promise.all(holds);
    }
  }

  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.tails.get(key) ?? Promise.resolve();
    let release = (): void => undefined;
    const tail = new Promise<void>((resolve) => (release = resolve));
    this.tails.set(key, tail);
    await before;
    try {
      return await work();
    } finally {
      release();
      if (this.tails.get(key) === tail) this.tails.delete(key);
    }
  }
}
