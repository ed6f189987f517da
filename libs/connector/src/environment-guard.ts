import { pause } from '@dualwrite/persistence';
import { DependencyRefused, log, SideUnavailable, startChange, traceIdOf } from '@dualwrite/telemetry';
import type { ConnectorHealth } from './connector-health';
import type { Journal } from './register/journal';
import type { SidePort } from './side-port';
import type { MetaStore } from './tables/meta-store';

const REFUSED_WAIT_MS = 15_000;

/**
 * The register is about the rows of one environment. Pointed at another one (a copy, a restored tenant) every row would
 * look changed or deleted, so nothing is observed and nothing written until a person has decided.
 */
export class EnvironmentGuard {
  constructor(
    private readonly side: SidePort,
    private readonly meta: MetaStore,
    private readonly journal: Journal,
    private readonly health: ConnectorHealth,
  ) {}

  /**
   * Waits for the side, however long it is away.
   *
   * @returns whether this is the environment that the register knows; false also when `signal` ends the wait
   */
  async admit(signal: AbortSignal): Promise<boolean> {
    const found = await this.ask(signal);
    if (found === null) return false;
    const known = await this.meta.keep('environment_id', found);
    if (known === found) {
      this.health.set(null);
      return true;
    }
    const text = `${this.side.side} is environment ${found}; this register belongs to ${known}`;
    this.health.set(text);
    log.error('environment.changed', { side: this.side.side, known, found });
    const traceparent = startChange();
    await this.journal.append(
      {
        ...this.journal.blank(`environment/${this.side.side}/${found}`, 'environment-changed', 'error'),
        code: 'environment-changed',
        text,
        traceId: traceIdOf(traceparent),
      },
      traceparent,
    );
    return false;
  }

  private async ask(signal: AbortSignal): Promise<string | null> {
    while (!signal.aborted) {
      try {
        return await this.side.environmentId();
      } catch (error) {
        const isAway = error instanceof SideUnavailable;
        if (!isAway && !(error instanceof DependencyRefused)) throw error;
        this.health.set(`${this.side.side} does not answer: ${error.message}`);
        log.warn('environment.not_answered', { side: this.side.side, error });
        const waitMs = isAway ? error.retryAfterMs : REFUSED_WAIT_MS;
        // An aborted wait is the end of the process, not an error.
        await pause(waitMs, signal);
      }
    }
    return null;
  }
}
