import { encodeMessage, type Health, type Names, type ServiceStatus } from '@dualwrite/events';
import type { RecordPublisher } from '@dualwrite/kafka';
import { log } from '@dualwrite/telemetry';
import type { Gauges } from './gauges';
import type { Readiness } from './readiness';

export const HEARTBEAT_MS = 5_000;

export interface HeartbeatOptions {
  readonly publisher: RecordPublisher;
  readonly names: Names;
  readonly service: string;
  readonly instance: string;
  readonly readiness: Pick<Readiness, 'report'>;
  readonly gauges: Pick<Gauges, 'read'>;
}

/** Says on `dw.status` every 5 s that this replica is up and how it is; at the end that it is down. */
export class ServiceHeartbeat {
  private timer: NodeJS.Timeout | undefined;
  private beating: Promise<void> | undefined;

  constructor(private readonly options: HeartbeatOptions) {}

  async start(): Promise<void> {
    await this.beat('up');
    this.timer = setInterval(() => {
      // A beat that takes long (Kafka away) must not pile up others behind it.
      this.beating ??= this.beat('up').finally(() => {
        this.beating = undefined;
      });
    }, HEARTBEAT_MS);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.beating;
    await this.beat('down');
  }

  private async beat(state: ServiceStatus['state']): Promise<void> {
    const { publisher, names, service, instance, gauges } = this.options;
    const status: ServiceStatus = {
      kind: 'service',
      service,
      instance,
      state,
      ...(await this.health()),
      gauges: gauges.read(),
      at: new Date().toISOString(),
    };
    try {
      await publisher.publish([
        { topic: names.status, key: `service/${service}/${instance}`, ...encodeMessage('status', status) },
      ]);
    } catch (error) {
      // Others see it as silence, which is what it is.
      log.warn('heartbeat.not_sent', { error });
    }
  }

  private async health(): Promise<{ health: Health; reason?: string }> {
    const { isReady, checks } = await this.options.readiness.report();
    if (isReady) return { health: 'healthy' };
    const reasons = Object.entries(checks).flatMap(([name, result]) =>
      result === true ? [] : [`${name}: ${result}`],
    );
    return { health: 'degraded', reason: reasons.join('; ') };
  }
}
