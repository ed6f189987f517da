import { BLANK_ENTRY, encodeMessage, type JournalEntry, type Names } from '@dualwrite/events';
import type { OutboxRecord } from '@dualwrite/persistence';
import type { Difference } from '@dualwrite/proof';
import { randomUUID } from 'node:crypto';
import { startChange, TRACEPARENT_HEADER, traceIdOf } from '@dualwrite/telemetry';

/** A difference that survived its second look, and that nothing explains. */
export function differenceRecord(names: Names, found: Difference): OutboxRecord {
  const traceparent = startChange();
  const { map, key, kind, field, values, rows } = found;
  const entry: JournalEntry = {
    ...BLANK_ENTRY,
    ...{ id: randomUUID(), at: new Date().toISOString(), service: 'console' },
    ...{ event: 'verify-differs', severity: 'warning', map, key, code: kind },
    side: rows.fo === null ? 'dataverse' : 'fo',
    nativeId: rows.fo ?? rows.dataverse,
    text: found.text ?? `both sides, read afresh and read again, are not the same: ${kind}`,
    fields: field === undefined ? [] : [{ field, ...values }],
    traceId: traceIdOf(traceparent),
  };
  const { value, headers } = encodeMessage('journal', entry);
  return {
    topic: names.journal,
    key: `${map}/`,
    value,
    headers: { ...headers, [TRACEPARENT_HEADER]: traceparent },
  };
}
