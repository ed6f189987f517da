import { Injectable } from '@nestjs/common';
import { Wakeup } from '@dualwrite/persistence';

/** Tells whoever waits for calls in this process that some have ended; those of other replicas are found by asking. */
@Injectable()
export class CallEnds {
  private readonly wakeup = new Wakeup();

  /** After the commit. */
  tell(): void {
    this.wakeup.wake();
  }

  /** For one who waits: resolves at the next end in this process, or after `msMax`. */
  next(msMax: number): Promise<void> {
    return this.wakeup.wait(msMax);
  }
}
