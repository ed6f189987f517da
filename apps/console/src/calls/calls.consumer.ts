import { BadRequestException, Controller, type OnModuleDestroy } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { z } from 'zod';
import { Names } from '@dualwrite/events';
import {
  BatchPattern,
  BatchStrategy,
  KafkaLink,
  Publisher,
  type AssignedPartition,
  type KafkaRecord,
  type RecordBatch,
  type TopicPartitionOffset,
} from '@dualwrite/kafka';
import { problemOf } from '@dualwrite/service';
import { log, SideUnavailable, startChange, TRACEPARENT_HEADER } from '@dualwrite/telemetry';
import { readBody } from '../read-body';
import { CallDesk } from './call-desk';
import { askerOf, replyTo, type Asker } from './nest-request';

const CALLS_PATTERN = 'calls';
/** Calls of this replica that somebody waits for; the next ones wait in their topic. */
const CALL_COUNT_MAX = 500;
const FULL_WAIT_MS = 100;
const HTTP_ERROR_MIN = 500;

const request = z.looseObject({ map: z.string().min(1).max(200) });

/**
 * Calls of programs that ask by a Nest client over Kafka (`send('dw.calls', ...)`) rather than over HTTP. Handling a
 * record is taking the call in: its answer follows by itself. A replica begins at the end of the topic each time it gets
 * a partition: what was asked before has nobody any more who waits for it, and what nobody waits for is not carried out.
 */
@Controller()
export class CallsConsumer implements OnModuleDestroy {
  private callCount = 0;
  private isStopping = false;

  constructor(
    private readonly desk: CallDesk,
    private readonly names: Names,
    private readonly link: KafkaLink,
    private readonly publisher: Publisher,
    private readonly strategy: BatchStrategy,
  ) {}

  /** Not waited for: a member that was killed holds its group up for seconds, and nothing else needs calls. */
  start(): void {
    const attached = this.strategy.attach(CALLS_PATTERN, {
      group: this.names.serviceGroup('console', CALLS_PATTERN),
      topics: [this.names.calls],
      positions: (assignment) => this.ends(assignment),
    });
    attached.catch((error: unknown) => {
      if (this.isStopping) return;
      log.error('calls.not_taken', { error });
      process.exit(1);
    });
  }

  onModuleDestroy(): void {
    this.isStopping = true;
  }

  @BatchPattern(CALLS_PATTERN)
  handle(@Payload() batch: RecordBatch): void {
    for (const record of batch.records) {
      if (this.callCount >= CALL_COUNT_MAX)
        throw new SideUnavailable('too many calls under way', FULL_WAIT_MS);
      this.take(record);
      batch.resolved(record.offset);
    }
  }

  private take(record: KafkaRecord): void {
    const asker = askerOf(record, this.names.callReplies);
    if (asker === null) {
      log.warn('calls.nobody_waits', { topic: this.names.calls, offset: record.offset });
      return;
    }
    this.callCount += 1;
    void this.answer(asker, record).finally(() => (this.callCount -= 1));
  }

  /** Never rejects: who hears nothing gives up by himself, and may ask by the id of the call. */
  private async answer(asker: Asker, { value, headers }: KafkaRecord): Promise<void> {
    const reply = (answer: Parameters<typeof replyTo>[2]): Promise<void> =>
      this.publisher.publish([replyTo(asker, this.names.callReplies, answer)]);
    try {
      const { map, ...body } = readBody(request, jsonOf(value));
      const answer = await this.desk.call(map, body, headers[TRACEPARENT_HEADER] ?? startChange());
      await reply({ value: answer });
    } catch (error) {
      const problem = problemOf(error);
      if (problem.status >= HTTP_ERROR_MIN) log.warn('calls.failed', { status: problem.status, error });
      await reply({ problem }).catch((cause: unknown) => log.warn('calls.not_answered', { error: cause }));
    }
  }

  private async ends(assignment: readonly AssignedPartition[]): Promise<TopicPartitionOffset[]> {
    const offsets = await this.link.admin.topicOffsets(this.names.calls);
    return assignment.flatMap(({ topic, partition }) => {
      const end = offsets.find((place) => place.partition === partition);
      return end === undefined ? [] : [{ topic, partition, offset: end.high }];
    });
  }
}

/** @throws {BadRequestException} */
function jsonOf(value: Buffer | null): unknown {
  try {
    return JSON.parse(value?.toString('utf8') ?? '');
  } catch {
    throw new BadRequestException('the value of the record must be JSON');
  }
}
