import { emptyPair, type Intent, type PairState } from '@dualwrite/planner';
import { dueChanges } from './due-changes';

const OPEN = { number: 1 } as Intent;

function pair(
  pairId: string,
  { before, after, isExamined = true }: { before?: Intent[]; after: Intent[]; isExamined?: boolean },
) {
  const blank = emptyPair({ pairId, key: null, epoch: 1, mapVersion: 1 });
  const withIntents = (intents: Intent[]): PairState => ({ ...blank, intents });
  return {
    pairId,
    stored: before === undefined ? null : withIntents(before),
    state: withIntents(after),
    isExamined,
  };
}

describe('dueChanges', () => {
  it.each([
    ['a write was planned', pair('one', { before: [], after: [OPEN] }), { opened: ['one'] }],
    ['its answer is here', pair('one', { before: [OPEN], after: [] }), { closed: ['one'] }],
    ['looked at, nothing to do', pair('one', { before: [], after: [] }), { closed: ['one'] }],
    ['touched, not looked at', pair('one', { before: [], after: [], isExamined: false }), {}],
  ])('%s', (_, given, expected) => {
    expect(dueChanges([given], new Set())).toEqual({ opened: [], postponed: [], closed: [], ...expected });
  });

  it.each([
    ['nothing is open: it is due when there is credit', [], { postponed: ['one'] }],
    ['a write was planned for it in the same batch: its answer comes first', [OPEN], { opened: ['one'] }],
  ])('without credit, and %s', (_, after, expected) => {
    const given = pair('one', { before: [], after });
    expect(dueChanges([given], new Set(['one']))).toEqual({
      opened: [],
      postponed: [],
      closed: [],
      ...expected,
    });
  });
});
