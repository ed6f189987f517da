/** An entry as the API tells it. */
export interface JournalStep {
  /** Position in the journal: int64 as a decimal string; grows with every entry that is stored. */
  readonly seq: string;
  readonly at: string;
  readonly service: string;
  readonly what: string;
  readonly severity: string;
  readonly map: string | null;
  readonly company: string | null;
  readonly side: string | null;
  readonly table: string | null;
  readonly nativeId: string | null;
  readonly rowId: string | null;
  readonly key: string | null;
  readonly pairId: string | null;
  readonly intent: string | null;
  readonly traceId: string | null;
  /** Where the change's trace is shown; null: no trace, or the installation names no such place. */
  readonly traceUrl: string | null;
  readonly code: string | null;
  readonly text: string | null;
  readonly fingerprint: string | null;
  readonly fields: readonly unknown[];
}

export const STEP_COLUMNS = `seq, at, service, event, severity, map, company, side, table_name, native_id, row_id, key,
  pair_id, intent, trace_id, code, text, fingerprint, fields, (extract(epoch FROM at) * 1000000)::bigint AS at_us`;

export interface StoredStep {
  readonly seq: string;
  readonly at: Date;
  readonly at_us: string;
  readonly service: string;
  readonly event: string;
  readonly severity: string;
  readonly map: string | null;
  readonly company: string | null;
  readonly side: string | null;
  readonly table_name: string | null;
  readonly native_id: string | null;
  readonly row_id: string | null;
  readonly key: string | null;
  readonly pair_id: string | null;
  readonly intent: string | null;
  readonly trace_id: string | null;
  readonly code: string | null;
  readonly text: string | null;
  readonly fingerprint: string | null;
  readonly fields: readonly unknown[];
}

/** @param traceUrlTemplate `https://traces.example/trace/{traceId}`; empty: none */
export function asStep(row: StoredStep, traceUrlTemplate: string): JournalStep {
  const hasTrace = traceUrlTemplate !== '' && row.trace_id !== null;
  return {
    seq: row.seq,
    at: row.at.toISOString(),
    service: row.service,
    what: row.event,
    severity: row.severity,
    map: row.map,
    company: row.company,
    side: row.side,
    table: row.table_name,
    nativeId: row.native_id,
    rowId: row.row_id,
    key: row.key,
    pairId: row.pair_id,
    intent: row.intent,
    traceId: row.trace_id,
    traceUrl: hasTrace ? traceUrlTemplate.replace('{traceId}', encodeURIComponent(row.trace_id ?? '')) : null,
    code: row.code,
    text: row.text,
    fingerprint: row.fingerprint,
    fields: row.fields,
  };
}
