import { pause, type Leases } from '@dualwrite/persistence';
import { log } from '@dualwrite/telemetry';

const LEASE_MS = 10_000;

export interface LeasedWork {
  /** Name of the lease, and of what is logged. */
  readonly name: string;
  readonly leases: Leases;
  readonly everyMs: number;
  /** @param lost aborts when another replica may have taken over */
  work(lost: AbortSignal): Promise<void>;
}

/** Does a thing again and again, on one replica of the console at a time; a failure is logged, and the next round tries again. */
export class LeasedLoop {
  private readonly stopping = new AbortController();
  private running: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: LeasedWork) {}

  start(): void {
    this.running = this.stand();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async stand(): Promise<void> {
    const { signal } = this.stopping;
    const { leases, name, everyMs } = this.options;
    while (!signal.aborted) {
      try {
        await leases.hold(name, LEASE_MS, (held) => this.keep(held.signal), { signal });
      } catch (error) {
        log.warn('leased_loop.lease_failed', { name, error });
        await pause(everyMs, signal);
      }
    }
  }

  private async keep(lost: AbortSignal): Promise<void> {
    const { name, everyMs, work } = this.options;
    while (!lost.aborted) {
      try {
        await work(lost);
      } catch (error) {
        // Postgres or a side of ours may be away: the next round acts, be it late.
        log.warn('leased_loop.round_failed', { name, error });
      }
      await pause(everyMs, lost);
    }
  }
}
