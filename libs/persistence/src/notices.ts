import type { Client } from 'pg';
import type { DataSource } from 'typeorm';
import { log } from '@dualwrite/telemetry';
import { translateDriverError } from './database-errors';
import { connectDedicated, targetOf, type DatabaseTarget } from './dedicated-connection';
import { pause } from './pause';

const RECONNECT_MS = 2_000;
/** Postgres takes less than 8,000 bytes. */
const PAYLOAD_CHARACTER_COUNT_MAX = 1_000;

/**
 * Short words among the replicas of a service, by NOTIFY: only ever hints. One that is told while nobody listens, or
 * while the connection is made again, is lost.
 */
export class Notices {
  private readonly target: DatabaseTarget;
  private readonly channel: string;
  private readonly stopping = new AbortController();
  private client: Client | undefined;
  private running: Promise<void> = Promise.resolve();

  /** @param name lower snake case: part of the channel */
  constructor(
    private readonly ds: DataSource,
    name: string,
    private readonly onNotice: (payload: string) => void,
  ) {
    this.target = targetOf(ds);
    this.channel = `${name}_${this.target.schema}`;
  }

  start(): void {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.client?.end();
    await this.running;
  }

  /** To all replicas, this one included; resolves once it is on its way, or lost. */
  async tell(payload: string): Promise<void> {
    try {
      await this.ds.query('SELECT pg_notify($1, $2)', [
        this.channel,
        payload.slice(0, PAYLOAD_CHARACTER_COUNT_MAX),
      ]);
    } catch (error) {
      log.debug('notices.not_told', { channel: this.channel, error });
    }
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await this.listen(signal);
      } catch (error) {
        if (signal.aborted) return;
        log.warn('notices.interrupted', {
          channel: this.channel,
          error: translateDriverError(error, 'notices'),
        });
      }
      await pause(RECONNECT_MS, signal);
    }
  }

  private async listen(signal: AbortSignal): Promise<void> {
    const client = await connectDedicated(this.target, `dualwrite ${this.target.schema} notices`);
    this.client = client;
    const lost = new Promise<void>((resolve) => {
      client.on('error', () => resolve());
      client.on('end', () => resolve());
    });
    client.on('notification', ({ payload }) => this.onNotice(payload ?? ''));
    try {
      await client.query(`LISTEN ${this.channel}`);
      if (!signal.aborted) await lost;
    } finally {
      this.client = undefined;
      // It may have been ended by stop(), or by the server.
      await client.end().catch((error: unknown) => log.debug('notices.end_failed', { error }));
    }
  }
}
