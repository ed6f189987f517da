/** A wait that a call can cut short; a call while nobody waits counts for the next wait. */
export class Wakeup {
  private isPending = false;
  private end: (() => void) | undefined;

  wake(): void {
    if (this.end === undefined) this.isPending = true;
    else this.end();
  }

  /** Resolves at the next `wake`, or after `msMax`. */
  async wait(msMax: number): Promise<void> {
    if (this.isPending) {
      this.isPending = false;
      return;
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => this.end?.(), msMax);
      this.end = () => {
        clearTimeout(timer);
        this.end = undefined;
        resolve();
      };
    });
  }
}
