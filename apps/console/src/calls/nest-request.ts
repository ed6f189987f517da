import { KafkaHeaders } from '@nestjs/microservices';
import type { KafkaRecord, OutgoingRecord } from '@dualwrite/kafka';
import type { Problem } from '@dualwrite/service';

/** Who asked, and where the answer goes. */
export interface Asker {
  readonly correlationId: string;
  readonly replyPartition: number;
}

const PARTITION_COUNT_MAX = 10_000;

/**
 * Who asks by a Nest client over Kafka. Source: @nestjs/microservices, ClientKafka: all of it travels as headers.
 *
 * @param replyTopic the one topic that is answered on: who asks does not choose what we write to
 * @returns null: nobody waits for an answer there
 */
export function askerOf({ headers }: Pick<KafkaRecord, 'headers'>, replyTopic: string): Asker | null {
  const correlationId = headers[KafkaHeaders.CORRELATION_ID] ?? '';
  const replyPartition = Number(headers[KafkaHeaders.REPLY_PARTITION] ?? Number.NaN);
  const isPartition =
    Number.isInteger(replyPartition) && replyPartition >= 0 && replyPartition < PARTITION_COUNT_MAX;
  if (correlationId === '' || headers[KafkaHeaders.REPLY_TOPIC] !== replyTopic || !isPartition) return null;
  return { correlationId, replyPartition };
}

/** The last and only answer, in the client's form: it hands on the value, or throws the problem. */
export function replyTo(
  asker: Asker,
  replyTopic: string,
  answer: { readonly value: object } | { readonly problem: Problem },
): OutgoingRecord {
  const value = 'value' in answer ? Buffer.from(JSON.stringify(answer.value)) : Buffer.alloc(0);
  return {
    topic: replyTopic,
    partition: asker.replyPartition,
    key: null,
    value,
    headers: {
      [KafkaHeaders.CORRELATION_ID]: asker.correlationId,
      [KafkaHeaders.NEST_IS_DISPOSED]: '1',
      ...('problem' in answer ? { [KafkaHeaders.NEST_ERR]: JSON.stringify(answer.problem) } : {}),
    },
  };
}
