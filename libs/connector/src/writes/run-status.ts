import { encodeMessage, type MapRecord, type MapState, type MapStatus } from '@dualwrite/events';
import type { RecordPublisher } from '@dualwrite/kafka';
import { log } from '@dualwrite/telemetry';
import type { ConnectorHealth } from '../connector-health';
import type { ConnectorIdentity } from '../connector-identity';
import type { RunEpochs } from './run-epochs';

const LOOK_MS = 100;
/** Said again although nothing changed: who starts later reads it, and sees that it is young. */
const REPEAT_MS = 5_000;

const STATES: Readonly<Record<MapRecord['desired'], MapState>> = {
  draft: 'draft',
  stopped: 'stopped',
  paused: 'paused',
  running: 'running',
  shadow: 'shadow',
};

/** Tells on `dw.status` which run of each map this replica has taken over, as soon as nothing older is under way. */
export class RunStatus {
  private readonly said = new Map<string, { readonly text: string; readonly atMs: number }>();
  private timer: NodeJS.Timeout | undefined;
  private saying: Promise<void> | undefined;

  constructor(
    private readonly runs: RunEpochs,
    private readonly health: ConnectorHealth,
    private readonly identity: ConnectorIdentity,
    private readonly publisher: RecordPublisher,
  ) {}

  start(): void {
    this.timer = setInterval(() => {
      this.saying ??= this.say().finally(() => (this.saying = undefined));
    }, LOOK_MS);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.saying;
  }

  private async say(): Promise<void> {
    const nowMs = Date.now();
    const news = this.runs.confirmable(nowMs).flatMap(({ record, confirmedRunEpoch }) => {
      const reason = this.health.check();
      const text = [record.desired, confirmedRunEpoch, reason].join('/');
      const before = this.said.get(record.name);
      if (before?.text === text && nowMs - before.atMs < REPEAT_MS) return [];
      return [{ record, confirmedRunEpoch, reason, text }];
    });
    if (news.length === 0) return;
    const { service, instance, names } = this.identity;
    const records = news.map(({ record, confirmedRunEpoch, reason }) => {
      const status: MapStatus = {
        kind: 'map',
        service,
        instance,
        map: record.name,
        state: STATES[record.desired],
        health: reason === true ? 'healthy' : 'blocked',
        ...(reason === true ? {} : { reason }),
        confirmedRunEpoch,
        lagMs: 0,
        lagCount: 0,
        at: new Date().toISOString(),
      };
      return {
        topic: names.status,
        key: `map/${record.name}/${service}/${instance}`,
        ...encodeMessage('status', status),
      };
    });
    try {
      await this.publisher.publish(records);
      for (const { record, text } of news) this.said.set(record.name, { text, atMs: nowMs });
    } catch (error) {
      // Not noted as said, so the next look says it again.
      log.warn('run_status.not_sent', { error });
    }
  }
}
