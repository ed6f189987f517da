import type { KafkaRecord } from '@dualwrite/kafka';
import type { Side } from '@dualwrite/events';
import { startChange, TRACEPARENT_HEADER } from '@dualwrite/telemetry';
import { journalRecord, type OutgoingContext, type OutgoingRecord } from './outgoing';

const BYTES_MAX = 65_536;

/** A message that does not decode is parked in the journal, bytes and all; its partition goes on. */
export function undecodableRecord(
  record: KafkaRecord,
  reason: string,
  at: { side: Side; table: string; topic: string; partition: number },
  context: OutgoingContext,
): OutgoingRecord {
  const traceparent = record.headers[TRACEPARENT_HEADER] ?? startChange();
  return journalRecord(
    {
      event: 'undecodable',
      severity: 'error',
      map: context.rules.name,
      mapVersion: context.rules.version,
      pairId: null,
      side: at.side,
      table: at.table,
      nativeId: record.key,
      rowId: null,
      key: null,
      intent: null,
      code: 'undecodable-message',
      text: `${at.topic} partition ${at.partition} offset ${record.offset}: ${reason}`,
      fields: [],
      traceId: null,
      bytes: record.value?.subarray(0, BYTES_MAX).toString('base64') ?? '',
    },
    traceparent,
    context,
  );
}
