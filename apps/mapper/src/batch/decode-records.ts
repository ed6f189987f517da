import { decodeMessage, UndecodableMessage, type CoverageMarker, type Observation } from '@dualwrite/events';
import type { KafkaRecord } from '@dualwrite/kafka';
import { startChange, TRACEPARENT_HEADER } from '@dualwrite/telemetry';

/** What a record of an observation topic turned out to be; bad data is a value. */
export type DecodedRecord =
  | { readonly kind: 'observation'; readonly observation: Observation; readonly traceparent: string }
  | { readonly kind: 'coverage'; readonly marker: CoverageMarker }
  | { readonly kind: 'undecodable'; readonly record: KafkaRecord; readonly reason: string }
  /** A Kafka tombstone: the row was erased by request; nothing may be concluded from it. */
  | { readonly kind: 'erased' };

export function decodeRecord(record: KafkaRecord): DecodedRecord {
  if (record.value === null) return { kind: 'erased' };
  try {
    const decoded = decodeMessage(record, 'observation', 'coverage');
    return decoded.contract === 'observation'
      ? {
          kind: 'observation',
          observation: decoded.message,
          traceparent: record.headers[TRACEPARENT_HEADER] ?? startChange(),
        }
      : { kind: 'coverage', marker: decoded.message };
  } catch (error) {
    if (error instanceof UndecodableMessage) return { kind: 'undecodable', record, reason: error.message };
    throw error;
  }
}
