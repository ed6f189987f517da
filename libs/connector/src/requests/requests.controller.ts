import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { decodeMessage, UndecodableMessage, type ConnectorRequest } from '@dualwrite/events';
import { BatchPattern, StaleBatch, type KafkaRecord, type RecordBatch } from '@dualwrite/kafka';
import { log, SideUnavailable, startChange, traceIdOf, TRACEPARENT_HEADER } from '@dualwrite/telemetry';
import { ConnectorIdentity } from '../connector-identity';
import { Journal } from '../register/journal';
import { TrackedTables } from '../tables/tracked-tables';
import { RequestRunner } from './request-runner';

/** A request may arrive before the map that it is for: this long it waits for the map. */
const UNKNOWN_TABLE_WAIT_MS = 60_000;
const UNKNOWN_TABLE_LOOK_MS = 300;

/** Topic `dw.requests.SIDE`: what others want read. Tables in parallel, the requests of one table in order. */
@Controller()
export class RequestsController {
  constructor(
    @Inject(RequestRunner) private readonly runner: RequestRunner,
    @Inject(TrackedTables) private readonly tables: TrackedTables,
    @Inject(Journal) private readonly journal: Journal,
    @Inject(ConnectorIdentity) private readonly identity: ConnectorIdentity,
  ) {}

  @BatchPattern('requests')
  async handle(@Payload() batch: RecordBatch): Promise<void> {
    const byTable = new Map<string, { record: KafkaRecord; request: ConnectorRequest }[]>();
    for (const record of batch.records) {
      const request = await this.decode(batch, record);
      if (request === null || !this.identity.serves(request.table)) continue;
      byTable.set(request.table, [...(byTable.get(request.table) ?? []), { record, request }]);
    }
    const results = await Promise.allSettled(
      [...byTable.values()].map(async (own) => {
        for (const { record, request } of own) {
          if (batch.isStale()) throw new StaleBatch('the partition has been taken away');
          await this.carryOut(record, request);
        }
      }),
    );
    // All tables have come to rest; the first failure decides what becomes of the batch. What has ended answers at once.
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  private async carryOut(record: KafkaRecord, request: ConnectorRequest): Promise<void> {
    const traceparent = record.headers[TRACEPARENT_HEADER] ?? startChange();
    if (request.kind === 'write-rows') return this.runner.write(request, traceparent);
    const table = this.tables.find(request.table);
    if (table !== undefined) return this.runner.run(table, request, traceparent);
    if (Date.now() - Number(record.timestamp) < UNKNOWN_TABLE_WAIT_MS) {
      throw new SideUnavailable(`${request.table} is not observed yet`, UNKNOWN_TABLE_LOOK_MS);
    }
    const text = `no map observes ${request.table} of ${this.identity.side}`;
    await this.runner.fail(request, { code: 'table-not-observed', text }, traceparent);
  }

  private async decode(batch: RecordBatch, record: KafkaRecord): Promise<ConnectorRequest | null> {
    try {
      return decodeMessage(record, 'request').message;
    } catch (error) {
      if (!(error instanceof UndecodableMessage)) throw error;
      const { topic, partition } = batch;
      log.warn('request.undecodable', { topic, partition, offset: record.offset });
      const traceparent = record.headers[TRACEPARENT_HEADER] ?? startChange();
      await this.journal.append(
        {
          ...this.journal.blank(`${topic}/${partition}/${record.offset}`, 'undecodable', 'error'),
          code: error.code,
          text: error.message,
          traceId: traceIdOf(traceparent),
          ...(record.value === null ? {} : { bytes: record.value.subarray(0, 65_536).toString('base64') }),
        },
        traceparent,
      );
      return null;
    }
  }
}
