import type { Cell, ObservedRow } from '@dualwrite/events';
import { showsWritten, type MapRules } from '@dualwrite/planner';
import { hasSameFields, type Expectation, type ExpectedField } from './expectation';

/** `extra`: they did what we would not have; `withdrawn`: what it was planned from is no longer so. */
export type ShadowOutcome = 'agreed' | 'different' | 'missing' | 'extra' | 'withdrawn';

export interface ShadowField {
  readonly field: string;
  readonly ours: Cell;
  readonly theirs: Cell;
}

/** What has become of one expectation. */
export interface ShadowVerdict {
  readonly outcome: ShadowOutcome;
  readonly kind: Expectation['kind'];
  /** In which they differ. */
  readonly fields: readonly ShadowField[];
  readonly expectedAtMs: number;
}

export interface ShadowStep {
  /** Still to be seen, or told and not mended; null: nothing is expected of this side now. */
  readonly next: Expectation | null;
  readonly verdict: ShadowVerdict | null;
}

export interface ShadowNow {
  readonly row: ObservedRow | null;
  readonly rules: Pick<MapRules, 'fields'>;
  readonly nowMs: number;
  /** So long the others have. */
  readonly graceMs: number;
}

/**
 * Holds what was expected of one side against what its row shows now. Agreed as soon as it shows; that it differs, or
 * that nothing happened, is said only when the time that the others have is over: they may be at it.
 *
 * @param wanted what would be written now
 */
export function judgeExpectation(
  expected: Expectation | null,
  wanted: Expectation | null,
  now: ShadowNow,
): ShadowStep {
  if (expected === null) return { next: wanted, verdict: null };
  const goesOn = wanted !== null && isSameDeed(expected, wanted);
  if (!goesOn)
    return { next: wanted, verdict: verdictOfEnded(expected, now, { isReplaced: wanted !== null }) };
  const next = carriedOn(expected, wanted, now);
  if (next.isTold || now.nowMs < next.expectedAtMs + now.graceMs) return { next, verdict: null };
  const outcome = isTouched(next, now) ? 'different' : 'missing';
  return { next: { ...next, isTold: true }, verdict: verdict(outcome, next, now) };
}

/** The same write; or what is left to be done of a row that they have made otherwise than we would have. */
function isSameDeed(expected: Expectation, wanted: Expectation): boolean {
  if (expected.kind === wanted.kind) return hasSameFields(expected, wanted);
  const isMadeMeanwhile = expected.kind === 'create' && wanted.kind === 'update';
  return isMadeMeanwhile && (!expected.isTold || hasSameFields(expected, wanted));
}

function carriedOn(expected: Expectation, wanted: Expectation, now: ShadowNow): Expectation {
  const fields = wanted.fields.map((field) => {
    const before = expected.fields.find(({ column }) => column === field.column);
    if (before === undefined) return field;
    return { ...field, was: before.was, isTouched: isFieldTouched(expected, before, now) };
  });
  return { ...expected, fields };
}

function verdictOfEnded(
  expected: Expectation,
  now: ShadowNow,
  { isReplaced }: { isReplaced: boolean },
): ShadowVerdict | null {
  if (expected.isTold) return null;
  if (isShown(expected, now)) return verdict('agreed', expected, now);
  return verdict(!isReplaced && isTouched(expected, now) ? 'different' : 'withdrawn', expected, now);
}

function isShown(expected: Expectation, now: ShadowNow): boolean {
  if (expected.kind === 'delete') return now.row === null;
  return now.row !== null && expected.fields.every((field) => shows(expected, field, field.ours, now));
}

function isTouched(expected: Expectation, now: ShadowNow): boolean {
  if (now.row === null) return false;
  if (expected.kind === 'create') return true;
  return expected.fields.some((field) => isFieldTouched(expected, field, now));
}

/** Neither as it was nor as we would have it. */
function isFieldTouched(expected: Expectation, field: ExpectedField, now: ShadowNow): boolean {
  if (now.row === null || shows(expected, field, field.ours, now)) return false;
  return field.isTouched || !shows(expected, field, field.was, now);
}

function shows(
  { side }: Expectation,
  { field, column }: ExpectedField,
  value: Cell,
  { row, rules }: ShadowNow,
): boolean {
  const seen = row?.cells[column] ?? null;
  const rule = rules.fields.find(({ name }) => name === field);
  return rule === undefined ? seen === value : showsWritten(rule, side, value, seen);
}

function verdict(outcome: ShadowOutcome, of: Expectation, now: ShadowNow): ShadowVerdict {
  const isDifference = outcome === 'different' || outcome === 'missing';
  const differing = isDifference ? of.fields.filter((field) => !shows(of, field, field.ours, now)) : [];
  return {
    outcome,
    kind: of.kind,
    fields: differing.map(({ field, column, ours }) => ({
      field,
      ours,
      theirs: now.row?.cells[column] ?? null,
    })),
    expectedAtMs: of.expectedAtMs,
  };
}
