import { randomUUID } from 'node:crypto';
import { encodeMessage, type JournalEntry, type Names } from '@dualwrite/events';
import type { OutboxRecord } from '@dualwrite/persistence';
import { startChange, TRACEPARENT_HEADER, traceIdOf } from '@dualwrite/telemetry';

/** What was done to a map, for everybody who reads its story. */
export interface MapDeed {
  readonly map: string;
  readonly mapVersion: number;
  readonly at: string;
  /** `pause`, `resume`, `apply`, ... */
  readonly act: string;
  readonly text: string;
  readonly severity?: JournalEntry['severity'];
}

export function mapJournalRecord(
  names: Names,
  { map, mapVersion, at, act, text, severity = 'info' }: MapDeed,
): OutboxRecord {
  const traceparent = startChange();
  const entry: JournalEntry = {
    id: randomUUID(),
    at,
    service: 'console',
    event: 'map-changed',
    severity,
    map,
    mapVersion,
    pairId: null,
    side: null,
    table: null,
    nativeId: null,
    rowId: null,
    key: null,
    intent: null,
    code: act,
    text,
    fields: [],
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
