import { randomUUID } from 'node:crypto';
import {
  encodeMessage,
  writeId,
  type DocumentWrite,
  type JournalEntry,
  type Names,
  type Observation,
  type Side,
  type Write,
} from '@dualwrite/events';
import type { MapRules, PairState, PlannedWrite, PlanNote } from '@dualwrite/planner';
import { traceIdOf, TRACEPARENT_HEADER } from '@dualwrite/telemetry';

/** A record for the outbox. */
export interface OutgoingRecord {
  readonly topic: string;
  readonly key: string;
  readonly value: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

export interface OutgoingContext {
  readonly names: Names;
  readonly rules: Pick<MapRules, 'name' | 'version' | 'table'>;
  /** Run that the batch was planned under; executors withhold older ones. */
  readonly runEpoch: number;
  readonly at: string;
}

export function writeOf(
  pair: PairState,
  planned: PlannedWrite,
  { rules, runEpoch, at }: OutgoingContext,
  { isBulk = false } = {},
): Write {
  return {
    id: writeId(pair.pairId, planned.intent),
    pairId: pair.pairId,
    intent: planned.intent,
    map: rules.name,
    mapVersion: rules.version,
    runEpoch,
    kind: planned.kind,
    side: planned.side,
    table: rules.table[planned.side],
    nativeId: planned.nativeId,
    rowId: planned.rowId,
    expects: planned.expects,
    patch: planned.patch,
    source: planned.source,
    ...(planned.reference === undefined ? {} : { reference: planned.reference }),
    registerEpoch: planned.registerEpoch,
    open: planned.open,
    ...(isBulk ? { isBulk } : {}),
    plannedAt: at,
  };
}

export function writeRecord(
  pair: PairState,
  planned: PlannedWrite,
  traceparent: string,
  context: OutgoingContext,
  { isBulk = false } = {},
): OutgoingRecord {
  const write = writeOf(pair, planned, context, { isBulk });
  const { value, headers } = encodeMessage('write', write);
  return {
    topic: context.names.writes(write.side, write.table),
    key: write.nativeId ?? write.pairId,
    value,
    headers: { ...headers, [TRACEPARENT_HEADER]: traceparent },
  };
}

/** Writes that leave together: in the topic, and in the order, of the first one's row. */
export function documentRecord(names: Names, document: DocumentWrite, traceparent: string): OutgoingRecord {
  const [header] = document.parts;
  if (header === undefined) throw new Error(`document ${document.id} has no parts`);
  const { value, headers } = encodeMessage('document-write', document);
  return {
    topic: names.writes(document.side, header.table),
    key: header.nativeId,
    value,
    headers: { ...headers, [TRACEPARENT_HEADER]: traceparent },
  };
}

/** Row that a journal entry speaks of. */
export interface Subject {
  readonly side: Side | null;
  readonly nativeId: string | null;
  readonly rowId: string | null;
}

export function noteRecord(
  pair: PairState,
  note: PlanNote,
  observed: Observation | null,
  traceparent: string,
  context: OutgoingContext,
): OutgoingRecord {
  const { rules } = context;
  const side = note.side ?? observed?.side ?? null;
  const seen = side === null ? null : pair.seen[side];
  return journalRecord(
    {
      event: note.event,
      severity: note.severity,
      map: rules.name,
      mapVersion: rules.version,
      pairId: pair.pairId,
      side,
      table: side === null ? null : rules.table[side],
      nativeId: seen?.nativeId ?? null,
      rowId: seen?.row?.id ?? null,
      key: pair.key,
      intent: note.intent === null ? null : writeId(pair.pairId, note.intent),
      code: note.code,
      text: note.text,
      fields: note.fields,
      traceId: traceIdOf(traceparent),
    },
    traceparent,
    context,
  );
}

export function journalRecord(
  entry: Omit<JournalEntry, 'id' | 'at' | 'service'>,
  traceparent: string,
  { names, at }: Pick<OutgoingContext, 'names' | 'at'>,
): OutgoingRecord {
  const whole: JournalEntry = { id: randomUUID(), at, service: 'mapper', ...entry };
  const { value, headers } = encodeMessage('journal', whole);
  return {
    topic: names.journal,
    key: `${whole.map ?? ''}/${whole.pairId ?? ''}`,
    value,
    headers: { ...headers, [TRACEPARENT_HEADER]: traceparent },
  };
}

/** One request for all rows of one side that a batch wants to be looked at. */
export function readRowsRecord(
  side: Side,
  nativeIds: readonly string[],
  reason: string,
  traceparent: string,
  { names, rules }: Pick<OutgoingContext, 'names' | 'rules'>,
): OutgoingRecord {
  const table = rules.table[side];
  const { value, headers } = encodeMessage('request', {
    kind: 'read-rows',
    id: randomUUID(),
    side,
    table,
    nativeIds,
    reason,
  });
  return {
    topic: names.requests(side),
    key: table,
    value,
    headers: { ...headers, [TRACEPARENT_HEADER]: traceparent },
  };
}
