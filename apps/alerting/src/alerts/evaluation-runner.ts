import { Leases, pause } from '@dualwrite/persistence';
import { log } from '@dualwrite/telemetry';
import type { DataSource } from 'typeorm';
import type { Evaluator } from './evaluator';

const LEASE_MS = 15_000;
const RETRY_MS = 1_000;

/** One replica looks, again and again; if it is gone, another takes over within the lease. */
export class EvaluationRunner {
  private readonly end = new AbortController();
  private readonly leases: Leases;
  private running: Promise<void> | undefined;

  constructor(
    database: DataSource,
    private readonly evaluator: Evaluator,
    private readonly options: { readonly everyMs: number; readonly onLooked: () => void },
  ) {
    this.leases = new Leases(database);
  }

  start(): void {
    this.running ??= this.run();
  }

  async stop(): Promise<void> {
    this.end.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.end;
    while (!signal.aborted) {
      try {
        await this.leases.hold('evaluation', LEASE_MS, ({ signal: held }) => this.lookWhile(held), {
          signal,
        });
      } catch (error) {
        log.warn('alerting.evaluation_interrupted', { error });
        await pause(RETRY_MS, signal);
      }
    }
  }

  private async lookWhile(held: AbortSignal): Promise<void> {
    while (!held.aborted) {
      if (await this.evaluator.look(Date.now())) this.options.onLooked();
      await pause(this.options.everyMs, held);
    }
  }
}
