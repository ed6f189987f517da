import {
  encodeMessage,
  type JournalEntry,
  type JournalField,
  type Names,
  type ObservedVia,
} from '@dualwrite/events';
import type { OutgoingRecord } from '@dualwrite/kafka';
import { traceIdOf, TRACEPARENT_HEADER } from '@dualwrite/telemetry';
import { toObservation, type RegisterEntry } from '../core/register-entry';
import type { WriteEnd } from './row-answer';

export function observationRecord(
  names: Names,
  entry: RegisterEntry,
  seen: { via: ObservedVia; observedAt: string; traceparent: string },
): OutgoingRecord {
  const { value, headers } = encodeMessage('observation', toObservation(entry, seen));
  return {
    topic: names.observations(entry.side, entry.table),
    key: entry.nativeId,
    value,
    headers: { ...headers, [TRACEPARENT_HEADER]: seen.traceparent },
  };
}

/** What became of a write, for people. `started` is no end and is not journaled. */
export function writeEndRecord(
  names: Names,
  end: WriteEnd,
  seen: { service: string; at: string; row: RegisterEntry['row'] },
): OutgoingRecord | null {
  const { write, answered, traceparent } = end;
  const { outcome, code, text } = answered.result;
  if (outcome === 'started') return null;
  const fields: JournalField[] = Object.entries(write.patch).map(([field, value]) => ({
    field,
    [write.side]: value,
  }));
  return journalRecord(
    names,
    {
      id: `${write.id}:${outcome}`,
      at: seen.at,
      service: seen.service,
      event: outcome,
      severity: outcome === 'applied' ? 'info' : outcome === 'rejected' ? 'error' : 'warning',
      map: write.map,
      mapVersion: write.mapVersion,
      pairId: write.pairId,
      side: write.side,
      table: write.table,
      nativeId: write.nativeId,
      rowId: seen.row?.id ?? write.rowId,
      key: null,
      intent: String(write.intent),
      code: code ?? write.kind,
      text: text ?? null,
      fields,
      traceId: traceIdOf(traceparent),
    },
    traceparent,
  );
}

export function journalRecord(names: Names, entry: JournalEntry, traceparent: string): OutgoingRecord {
  const { value, headers } = encodeMessage('journal', entry);
  return {
    topic: names.journal,
    key: `${entry.map ?? ''}/${entry.pairId ?? ''}`,
    value,
    headers: { ...headers, [TRACEPARENT_HEADER]: traceparent },
  };
}
