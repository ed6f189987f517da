import type { Cells } from '@dualwrite/events';
import type { FieldRule } from '@dualwrite/planner';
import type { Expectation } from './expectation';
import { judgeExpectation, type ShadowNow } from './judge-expectation';

const rule = (name: string): FieldRule => ({
  name,
  column: { fo: name.toUpperCase(), dataverse: name },
  direction: 'both',
  drift: 'repair',
  conflict: null,
  deferrable: false,
  convert: (_, value) => ({ kind: 'value', value }),
  same: (_, left, right) => left === right,
});
const GRACE_MS = 100;

function expected(ours: Cells, more: Partial<Expectation> = {}): Expectation {
  return {
    side: 'dataverse',
    kind: 'update',
    fields: Object.entries(ours).map(([column, value]) => ({
      field: column,
      column,
      ours: value,
      was: 'A',
      isTouched: false,
    })),
    expectedAtMs: 0,
    isTold: false,
    ...more,
  };
}

function now(cells: Cells | null, nowMs = 0): ShadowNow {
  return {
    row: cells && { id: 'r', version: '1', cells },
    rules: { fields: [rule('name'), rule('phone')] },
    nowMs,
    graceMs: GRACE_MS,
  };
}

describe('judgeExpectation', () => {
  const one = expected({ name: 'B' });

  it('given what we would have written, when the row shows it, then it is agreed', () => {
    expect(judgeExpectation(one, null, now({ name: 'B' }))).toMatchObject({
      next: null,
      verdict: { outcome: 'agreed', fields: [] },
    });
  });

  it('when nothing has happened, then it is missing once the time is over, and told once', () => {
    expect(judgeExpectation(one, one, now({ name: 'A' }, GRACE_MS - 1)).verdict).toBeNull();
    const over = judgeExpectation(one, one, now({ name: 'A' }, GRACE_MS));
    expect(over.verdict).toMatchObject({
      outcome: 'missing',
      fields: [{ field: 'name', ours: 'B', theirs: 'A' }],
    });
    expect(judgeExpectation(over.next, one, now({ name: 'A' }, 9 * GRACE_MS)).verdict).toBeNull();
  });

  it('when they write something else, then it differs: but only once the time is over, for they may be at it', () => {
    expect(judgeExpectation(one, one, now({ name: 'C' })).verdict).toBeNull();
    expect(judgeExpectation(one, one, now({ name: 'C' }, GRACE_MS)).verdict).toMatchObject({
      outcome: 'different',
      fields: [{ ours: 'B', theirs: 'C' }],
    });
  });

  it('when they decide a conflict the other way round, then it differs though the sides agree', () => {
    expect(judgeExpectation(one, null, now({ name: 'C' })).verdict).toMatchObject({ outcome: 'different' });
  });

  it('when the change is taken back before anything happened, then it is withdrawn', () => {
    expect(judgeExpectation(one, null, now({ name: 'A' })).verdict).toMatchObject({ outcome: 'withdrawn' });
  });

  it('when the source changes again, then its newest value is what is waited for, from then on', () => {
    const again = expected({ name: 'D' }, { expectedAtMs: 80 });
    const step = judgeExpectation(one, again, now({ name: 'A' }, 80));
    expect(step).toMatchObject({ next: again, verdict: { outcome: 'withdrawn' } });
    expect(judgeExpectation(step.next, again, now({ name: 'A' }, 150)).verdict).toBeNull();
  });

  it('given a create, when they make the row in two steps, then the time runs on from the first', () => {
    const create = expected({ name: 'B', phone: '1' }, { kind: 'create' });
    const rest = expected({ phone: '1' }, { expectedAtMs: 50 });
    const step = judgeExpectation(create, rest, now({ name: 'B', phone: null }, 50));
    expect(step).toMatchObject({ verdict: null, next: { kind: 'create', expectedAtMs: 0 } });
    expect(judgeExpectation(step.next, null, now({ name: 'B', phone: '1' }, 60)).verdict).toMatchObject({
      outcome: 'agreed',
      kind: 'create',
    });
    expect(
      judgeExpectation(step.next, rest, now({ name: 'B', phone: null }, GRACE_MS)).verdict,
    ).toMatchObject({
      outcome: 'different',
      fields: [{ field: 'phone', ours: '1', theirs: null }],
    });
  });

  it('given a delete, then it is agreed once the row is gone, and missing if it stays', () => {
    const end = expected({}, { kind: 'delete' });
    expect(judgeExpectation(end, null, now(null)).verdict).toMatchObject({ outcome: 'agreed' });
    expect(judgeExpectation(end, end, now({ name: 'A' }, GRACE_MS)).verdict).toMatchObject({
      outcome: 'missing',
    });
  });
});
