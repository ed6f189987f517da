import { z } from 'zod';

const name = z.string().min(1).max(500);

/** What the journal can be searched by; all of it must hold. */
export const journalFilter = z.strictObject({
  /** Business key, with or without its company, or a native id; in any case of letters. */
  key: name.optional(),
  map: name.optional(),
  company: name.optional(),
  code: name.optional(),
  service: name.optional(),
  severity: z.enum(['info', 'warning', 'error'], 'must be info, warning or error').optional(),
  event: name.optional(),
  side: z.enum(['fo', 'dataverse'], 'must be fo or dataverse').optional(),
  group: name.optional(),
  trace: name.optional(),
  since: z.iso.datetime({ offset: true, error: 'must be a time like 2026-11-23T08:00:00Z' }).optional(),
  until: z.iso.datetime({ offset: true, error: 'must be a time like 2026-11-23T08:00:00Z' }).optional(),
});
export type JournalFilter = z.output<typeof journalFilter>;

export interface Conditions {
  /** Joined by AND; `true` where there is none. */
  readonly sql: string;
  readonly parameters: unknown[];
}

/** What a service's clock may be ahead of Kafka's: partitions are chosen by the one, times are asked for by the other. */
const CLOCK_SKEW = '1 hour';

export function conditionsOf(filter: JournalFilter): Conditions {
  const parameters: unknown[] = [];
  const parts: string[] = [];
  const add = (value: unknown, sql: (parameter: string) => string): void => {
    if (value === undefined) return;
    parameters.push(value);
    parts.push(sql(`$${parameters.length}`));
  };
  add(
    filter.key?.toLowerCase(),
    (p) =>
      `(lower(key) = ${p} OR lower(key_tail) = ${p} OR lower(native_id) = ${p} OR lower(row_id) = ${p} OR pair_id = ${p})`,
  );
  add(filter.map, (p) => `map = ${p}`);
  add(filter.company?.toLowerCase(), (p) => `company = ${p}`);
  add(filter.code, (p) => `code = ${p}`);
  add(filter.service, (p) => `service = ${p}`);
  add(filter.severity, (p) =>
    // The literal lets the index of trouble serve, the parameter says which.
    filter.severity === 'info' ? `severity = ${p}` : `severity <> 'info' AND severity = ${p}`,
  );
  add(filter.event, (p) => `event = ${p}`);
  add(filter.side, (p) => `side = ${p}`);
  add(filter.group, (p) => `fingerprint = ${p}`);
  add(filter.trace?.toLowerCase(), (p) => `trace_id = ${p}`);
  add(
    filter.since,
    (p) => `at >= ${p}::timestamptz AND logged_at >= ${p}::timestamptz - interval '${CLOCK_SKEW}'`,
  );
  add(filter.until, (p) => `at < ${p}::timestamptz`);
  return { sql: parts.length > 0 ? parts.join(' AND ') : 'true', parameters };
}
