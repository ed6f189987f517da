import {
  decodeMessage,
  encodeMessage,
  type ConnectorRequest,
  type Names,
  type RequestStatus,
  type StatusRecord,
} from '@dualwrite/events';
import type { KafkaLink } from '@dualwrite/kafka';

export const CHUNK_COUNT = 6;
export const ROWS_PER_CHUNK = 10;

/** Both connectors: alive, quick to confirm, with CHUNK_COUNT chunks in every table. */
export class ScriptedConnectors {
  readonly asked: (ConnectorRequest & { chunk?: number })[] = [];
  readonly withheld: ConnectorRequest[] = [];
  withhold: (request: { table: string; chunk?: number }) => boolean = () => false;
  private heartbeat: NodeJS.Timeout | undefined;
  private readonly consumer;

  constructor(
    private readonly link: KafkaLink,
    private readonly names: Names,
  ) {
    const topics = [names.requests('fo'), names.requests('dataverse')];
    this.consumer = link.groupConsumer({ group: `${names.prefix}.connectors`, topics }, async (batch) => {
      for (const record of batch.records) await this.handle(decodeMessage(record, 'request').message);
    });
  }

  async start(): Promise<void> {
    await this.beat();
    this.heartbeat = setInterval(() => void this.beat(), 5_000);
    await this.consumer.start();
  }

  async stop(): Promise<void> {
    clearInterval(this.heartbeat);
    await this.consumer.stop();
  }

  async answerWithheld(): Promise<void> {
    for (const request of this.withheld) await this.answer(request);
  }

  async confirm(map: string, confirmedRunEpoch: number): Promise<void> {
    for (const service of ['fo-connector', 'dataverse-connector']) {
      await this.say(`map/${map}/${service}/c`, {
        kind: 'map',
        service,
        instance: 'c',
        map,
        state: 'running',
        health: 'healthy',
        confirmedRunEpoch,
        lagMs: 0,
        lagCount: 0,
        at: new Date().toISOString(),
      });
    }
  }

  private async handle(request: ConnectorRequest): Promise<void> {
    this.asked.push(request);
    const chunk = request.kind === 'read-chunk' ? { chunk: request.chunk } : {};
    if (this.withhold({ table: request.table, ...chunk })) this.withheld.push(request);
    else await this.answer(request);
  }

  private async answer(request: ConnectorRequest): Promise<void> {
    const { id, side, table } = request;
    const chunk = request.kind === 'read-chunk' ? request.chunk : CHUNK_COUNT;
    const status: RequestStatus = {
      kind: 'request',
      id,
      side,
      table,
      company: '*',
      runId: null,
      outcome: 'done',
      rowCount: request.kind === 'read-chunk' ? ROWS_PER_CHUNK : 0,
      nextCursor: chunk + 1 < CHUNK_COUNT ? `after ${chunk}` : null,
      epoch: 1,
      at: new Date().toISOString(),
    };
    await this.say(`request/${id}`, status);
  }

  private async beat(): Promise<void> {
    for (const service of ['fo-connector', 'dataverse-connector']) {
      const at = new Date().toISOString();
      await this.say(`service/${service}/c`, {
        kind: 'service',
        service,
        instance: 'c',
        state: 'up',
        health: 'healthy',
        at,
      });
    }
  }

  private async say(key: string, record: StatusRecord): Promise<void> {
    const { value, headers } = encodeMessage('status', record);
    await this.link.producer().publish([{ topic: this.names.status, key, value, headers }]);
  }
}
