import { pause } from '@dualwrite/persistence';
import { DependencyUnavailable, log } from '@dualwrite/telemetry';
import type { RequestStore } from './request-store';

const TIDY_EVERY_MS = 3_600_000;

/** Ends the answers of old requests, now and then. Replicas share the work: each row is forgotten by one. */
export class RequestTidier {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly requests: Pick<RequestStore, 'forgetOld'>,
    private readonly statusTopic: string,
  ) {}

  start(onCrash: (error: unknown) => void): void {
    this.running = this.loop().catch(onCrash);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async loop(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        while (!signal.aborted && (await this.requests.forgetOld(this.statusTopic)));
      } catch (error) {
        if (!(error instanceof DependencyUnavailable)) throw error;
        log.warn('requests.not_tidied', { error });
      }
      await pause(TIDY_EVERY_MS, signal);
    }
  }
}
