import type { Names } from '@dualwrite/events';
import { startChange } from '@dualwrite/telemetry';
import { journalRecord, type OutgoingRecord } from '../batch/outgoing';
import type { Operation } from './operation';

/** That work on many rows was asked for, has ended, and what became of the rows. */
export function operationJournalRecord(names: Names, operation: Operation): OutgoingRecord {
  const { id, kind, map, state, asked, done, total } = operation;
  const { selection = '', reason } = asked as { selection?: string; reason?: string };
  const outcomes = Object.entries(operation.outcomes).map(([outcome, count]) => `${count} ${outcome}`);
  const words = [
    `${kind} ${id} of ${selection}: ${state}`,
    `${done} of ${total} rows`,
    ...outcomes,
    ...(operation.text === null ? [] : [operation.text]),
  ];
  return journalRecord(
    {
      event: 'map-changed',
      severity: state === 'failed' ? 'error' : 'info',
      map,
      mapVersion: null,
      ...{ pairId: null, side: null, table: null, nativeId: null, rowId: null, key: null, intent: null },
      code: kind,
      text: `${words.join(', ')}${reason === undefined ? '' : `: ${reason}`}`,
      fields: [],
      traceId: null,
    },
    startChange(),
    { names, at: new Date().toISOString() },
  );
}
