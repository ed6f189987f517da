import { emptyPair, type Announced, type Intent, type PairState } from '@dualwrite/planner';
import { dueChanges } from './due-changes';

const WRITE = { number: 1 } as Intent;
const ANNOUNCED: Announced = {
  name: { from: 'dataverse', untilMs: 5_000, fo: 'B', dataverse: 'B', before: 'A', was: 'A' },
};
const NOTHING = { open: [], postponed: [], closed: [] };

interface Given {
  readonly before: Partial<PairState>;
  readonly after: Partial<PairState>;
  readonly isExamined?: boolean;
}

function changesOf({ before, after, isExamined = true }: Given, withoutCredit: readonly string[] = []) {
  const blank = emptyPair({ pairId: 'one', key: null, epoch: 1, mapVersion: 1 });
  const pair = { pairId: 'one', stored: { ...blank, ...before }, state: { ...blank, ...after }, isExamined };
  return dueChanges([pair], { withoutCredit: new Set(withoutCredit), redriveAfterMs: 700, nowMs: 2_000 });
}

describe('dueChanges', () => {
  it.each<[string, Given, object]>([
    [
      'a write was planned',
      { before: {}, after: { intents: [WRITE] } },
      { open: [{ pairId: 'one', afterMs: 700 }] },
    ],
    ['its answer is here', { before: { intents: [WRITE] }, after: {} }, { closed: ['one'] }],
    ['looked at, nothing to do', { before: {}, after: {} }, { closed: ['one'] }],
    ['touched, not looked at', { before: {}, after: {}, isExamined: false }, {}],
    [
      'the other side has taken an announced edit: looked at when it should show',
      { before: { intents: [WRITE] }, after: { announced: ANNOUNCED } },
      { open: [{ pairId: 'one', afterMs: 3_010 }] },
    ],
    ['the announced edit shows', { before: { announced: ANNOUNCED }, after: {} }, { closed: ['one'] }],
  ])('%s', (_, given, expected) => {
    expect(changesOf(given)).toEqual({ ...NOTHING, ...expected });
  });

  it('in shadow, what others should do is looked at when their time is over', () => {
    const blank = emptyPair({ pairId: 'one', key: null, epoch: 1, mapVersion: 1 });
    const pair = { pairId: 'one', stored: blank, state: blank, isExamined: true };
    const terms = { withoutCredit: new Set<string>(), redriveAfterMs: 700, nowMs: 0 };
    expect(dueChanges([pair], { ...terms, expectedInMs: () => 300 })).toEqual({
      ...NOTHING,
      open: [{ pairId: 'one', afterMs: 300 }],
    });
  });

  it.each<[string, Partial<PairState>, object]>([
    ['nothing is open: due when there is credit', {}, { postponed: ['one'] }],
    [
      'a write was planned in the same batch: its answer comes first',
      { intents: [WRITE] },
      { open: [{ pairId: 'one', afterMs: 700 }] },
    ],
  ])('without credit, and %s', (_, after, expected) => {
    expect(changesOf({ before: {}, after }, ['one'])).toEqual({ ...NOTHING, ...expected });
  });
});
