import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { BatchPattern, StaleBatch, type KafkaRecord, type RecordBatch } from '@dualwrite/kafka';
import { batchSpan, counter, TRACEPARENT_HEADER } from '@dualwrite/telemetry';
import { inTransaction } from '@dualwrite/persistence';
import { StoreLife } from '@dualwrite/service';
import { DataSource } from 'typeorm';
import { CoverageGate } from '../coverage/coverage-gate';
import { Examiner } from '../examine/examiner';
import { PositionStore } from '../positions/position-store';
import { Redriver } from '../redrive/redriver';
import type { MapRun } from '../runs/map-run';
import { MapRuns } from '../runs/map-runs';
import { decodeRecord, type DecodedRecord } from './decode-records';
import { undecodableRecord } from './undecodable-record';

export const OBSERVATIONS = 'observations';
const undecodable = counter('dualwrite.mapper.undecodable', '{message}', 'Messages that did not decode');

/** The mapper's loop (architecture 6): a batch of one partition becomes one transaction, positions included. */
@Controller()
export class ObservationsController {
  private readonly positions = new PositionStore();
  private readonly gate = new CoverageGate();

  constructor(
    private readonly runs: MapRuns,
    private readonly examiner: Examiner,
    private readonly redriver: Redriver,
    private readonly database: DataSource,
    private readonly life: StoreLife,
  ) {}

  @BatchPattern(OBSERVATIONS)
  async handle(@Payload() batch: RecordBatch): Promise<void> {
    const run = this.runs.ofGroup(batch.group);
    // The map was paused between the fetch and now: nothing is planned, nothing is committed.
    if (!run || batch.isStale()) throw new StaleBatch();
    const traceparents = batch.records.map(({ headers }) => headers[TRACEPARENT_HEADER]);
    const attributes = { 'messaging.destination.name': batch.topic, 'dualwrite.map': run.map };
    await batchSpan('plan batch', traceparents, attributes, () => run.during(() => this.take(run, batch)));
  }

  private async take(run: MapRun, batch: RecordBatch): Promise<void> {
    let pending: { record: KafkaRecord; decoded: DecodedRecord }[] = [];
    for (const record of batch.records) {
      const decoded = decodeRecord(record);
      if (decoded.kind === 'coverage') {
        await this.examine(run, batch, pending);
        pending = [];
        await this.cover(run, batch, record, decoded);
      } else {
        pending.push({ record, decoded });
      }
    }
    await this.examine(run, batch, pending);
    run.handledTimestampMs = Number(batch.records.at(-1)?.timestamp ?? 0);
  }

  private async examine(
    run: MapRun,
    { topic, partition, resolved }: RecordBatch,
    records: readonly { record: KafkaRecord; decoded: DecodedRecord }[],
  ): Promise<void> {
    const last = records.at(-1);
    if (!last) return;
    const side = run.sideOf(topic);
    for (const { decoded } of records)
      if (decoded.kind === 'observation') run.hear(side, decoded.observation.revision.epoch);
    await this.examiner.work(run, {
      items: records.flatMap(({ record, decoded }) =>
        decoded.kind === 'observation'
          ? [
              {
                ...decoded,
                backlog: run.pastAt({
                  topic,
                  partition,
                  offset: record.offset,
                  via: decoded.observation.via,
                }),
              },
            ]
          : [],
      ),
      slot: `${topic}/${partition}`,
      also: async (executor, outcome) => {
        for (const { decoded } of records) {
          if (decoded.kind !== 'undecodable') continue;
          undecodable.add(1, { map: run.map });
          const at = { side, table: run.rules.table[side], topic, partition };
          outcome.add(undecodableRecord(decoded.record, decoded.reason, at, outcome.context));
        }
        await this.positions.advance(executor, run.map, { topic, partition, nextOffset: after(last.record) });
      },
    });
    resolved(last.record.offset);
    if (run.coverage.isPending) {
      await inTransaction(this.database, (runner) => this.gate.settle(runner, run));
      this.redriver.kick();
    }
  }

  private async cover(
    run: MapRun,
    { topic, partition, resolved, highWatermark }: RecordBatch,
    record: KafkaRecord,
    { marker }: Extract<DecodedRecord, { kind: 'coverage' }>,
  ): Promise<void> {
    const side = run.sideOf(topic);
    run.hear(side, marker.epoch);
    await inTransaction(this.database, async (runner) => {
      await this.life.recognise(runner);
      await this.gate.meet(runner, run, marker, highWatermark);
      await this.positions.advance(runner, run.map, { topic, partition, nextOffset: after(record) });
      await this.gate.settle(runner, run);
    });
    resolved(record.offset);
    this.redriver.kick();
  }
}

function after(record: KafkaRecord): string {
  return String(BigInt(record.offset) + 1n);
}
