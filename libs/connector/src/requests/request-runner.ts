import {
  COVERAGE_ALL_COMPANIES,
  encodeMessage,
  type ConnectorRequest,
  type CoverageMarker,
  type RequestStatus,
  type WriteRowsRequest,
} from '@dualwrite/events';
import type { KafkaLink, OutgoingRecord } from '@dualwrite/kafka';
import { appendOutbox, inTransaction } from '@dualwrite/persistence';
import { DependencyRefused, log, startChange, TRACEPARENT_HEADER } from '@dualwrite/telemetry';
import { UnreadableValue } from '@dualwrite/schemas';
import type { ConnectorIdentity } from '../connector-identity';
import type { Register } from '../register/register';
import type { ObservedTable, SidePort } from '../side-port';
import type { RunEpochs } from '../writes/run-epochs';
import type { OperatorWriter } from './operator-writer';
import { answerKey, type RequestStore } from './request-store';

export interface RequestRunnerOptions {
  readonly register: Register;
  readonly side: SidePort;
  readonly link: KafkaLink;
  readonly identity: ConnectorIdentity;
  readonly store: RequestStore;
  readonly operatorWriter: OperatorWriter;
  readonly runs: Pick<RunEpochs, 'baselines'>;
}

type Ending = Pick<RequestStatus, 'outcome' | 'rowCount' | 'nextCursor'> &
  Partial<Pick<RequestStatus, 'code' | 'text' | 'refused'>>;

type ReadRequest = Exclude<ConnectorRequest, WriteRowsRequest>;
interface Ended {
  readonly ending: Ending;
  readonly records?: readonly OutgoingRecord[];
}

/** Carries out what others ask this side for; rows leave as observations, the end as a RequestStatus behind them. */
export class RequestRunner {
  private readonly chunkReadAtMs = new Map<string, number>();

  constructor(private readonly options: RequestRunnerOptions) {}

  /** When this replica last read a chunk of the table; undefined: it never has. */
  lastChunkMs(table: string): number | undefined {
    return this.chunkReadAtMs.get(table);
  }

  /** @throws {SideUnavailable} nothing has ended: come again with the same request */
  run(table: ObservedTable, request: ReadRequest, traceparent: string): Promise<void> {
    return this.toItsEnd(request, traceparent, () => this.carryOut(table, request));
  }

  /** @throws {SideUnavailable} as of {@link run} */
  write(request: WriteRowsRequest, traceparent: string): Promise<void> {
    return this.toItsEnd(request, traceparent, async () => {
      const { count, refused } = await this.options.operatorWriter.write(request, traceparent);
      const more = refused.length === 0 ? {} : { refused };
      return { ending: { outcome: 'done', rowCount: count, nextCursor: null, ...more } };
    });
  }

  private async toItsEnd(
    request: ConnectorRequest,
    traceparent: string,
    carryOut: () => Promise<Ended>,
  ): Promise<void> {
    const before = await this.options.store.find(request.id);
    if (before !== undefined) return this.finish(before, [], traceparent);
    try {
      const { ending, records = [] } = await carryOut();
      await this.finish(this.status(request, ending), records, traceparent);
    } catch (error) {
      if (!(error instanceof DependencyRefused || error instanceof UnreadableValue)) throw error;
      log.error('request.failed', { request: request.id, kind: request.kind, table: request.table, error });
      await this.fail(request, { code: error.code, text: error.message }, traceparent);
    }
  }

  fail(request: ConnectorRequest, why: { code: string; text: string }, traceparent: string): Promise<void> {
    const status = this.status(request, { outcome: 'failed', rowCount: 0, nextCursor: null, ...why });
    return this.finish(status, [], traceparent);
  }

  private async carryOut(table: ObservedTable, request: ReadRequest): Promise<Ended> {
    const { register, side } = this.options;
    switch (request.kind) {
      case 'read-chunk': {
        const sentAt = await register.position();
        const { rows, nextCursor } = await side.chunk(table, request);
        await register.observe(table, { sentAt, via: 'chunk', answers: rows });
        this.chunkReadAtMs.set(table.table, Date.now());
        return { ending: { outcome: 'done', rowCount: rows.length, nextCursor } };
      }
      case 'read-rows':
        await register.look(table, request.nativeIds, 'read');
        return { ending: { outcome: 'done', rowCount: request.nativeIds.length, nextCursor: null } };
      case 'count':
        return {
          ending: { outcome: 'done', rowCount: await side.count(table, request.company), nextCursor: null },
        };
      case 'cover': {
        if (request.epoch !== register.epoch) {
          const text = `the rows were read under register epoch ${request.epoch}, it is ${register.epoch} now`;
          return {
            ending: { outcome: 'failed', rowCount: 0, nextCursor: null, code: 'epoch-changed', text },
          };
        }
        const records = await this.markers(table, request.baselines ?? {}, request.company);
        return { ending: { outcome: 'done', rowCount: 0, nextCursor: null }, records };
      }
    }
  }

  /**
   * A full round of the feed has seen and confirmed every row of the table.
   *
   * @param baselines of the maps, as they were when the round began
   */
  async cover(table: ObservedTable, baselines: Readonly<Record<string, number>>): Promise<void> {
    const traceparent = startChange();
    const records = (await this.markers(table, baselines)).map((marker) => withTrace(marker, traceparent));
    await inTransaction(this.options.register.store.dataSource, (runner) => appendOutbox(runner, records));
  }

  /** Coverage markers for every partition; through the outbox they come behind every row that was stored before. */
  private async markers(
    table: ObservedTable,
    baselines: Readonly<Record<string, number>>,
    company: string = COVERAGE_ALL_COMPANIES,
  ): Promise<OutgoingRecord[]> {
    const { identity, link, register, runs } = this.options;
    const topic = identity.names.observations(identity.side, table.table);
    const count = await link.admin.partitionCount(topic);
    const now = runs.baselines();
    return Object.entries(baselines).flatMap(([map, baseline]) => {
      // A map that was started anew since waits for a read of its own; what is said for it must not be overwritten.
      if ((now[map] ?? 0) > baseline) return [];
      return Array.from({ length: count }, (_, partition) => {
        const marker: CoverageMarker = {
          side: identity.side,
          table: table.table,
          company,
          partition,
          epoch: register.epoch,
          map,
          baseline,
          coveredAt: new Date().toISOString(),
        };
        // One key per company and map: compaction keeps the newest of each in its partition. No native id begins with "#".
        const key = `#coverage/${company}/${map}`;
        return { topic, partition, key, ...encodeMessage('coverage', marker) };
      });
    });
  }

  private status(request: ConnectorRequest, ending: Ending): RequestStatus {
    const { identity, register } = this.options;
    return {
      kind: 'request',
      id: request.id,
      side: identity.side,
      table: request.table,
      company: 'company' in request ? request.company : COVERAGE_ALL_COMPANIES,
      runId: 'runId' in request ? request.runId : null,
      epoch: register.epoch,
      at: new Date().toISOString(),
      ...ending,
    };
  }

  private async finish(
    status: RequestStatus,
    records: readonly OutgoingRecord[],
    traceparent: string,
  ): Promise<void> {
    const { register, identity, store } = this.options;
    const { value, headers } = encodeMessage('status', status);
    const record: OutgoingRecord = {
      topic: identity.names.status,
      key: answerKey(status.id),
      value,
      headers,
    };
    await inTransaction(register.store.dataSource, async (runner) => {
      await store.save(runner, status);
      await appendOutbox(
        runner,
        [...records, record].map((one) => withTrace(one, traceparent)),
      );
    });
  }
}

function withTrace(record: OutgoingRecord, traceparent: string): OutgoingRecord {
  return { ...record, headers: { ...record.headers, [TRACEPARENT_HEADER]: traceparent } };
}
