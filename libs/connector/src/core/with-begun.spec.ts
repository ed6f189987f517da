import type { BegunWrite } from '@dualwrite/events';
import { aRow, anAnswer, anEntry, aWrite, DATAVERSE } from './testing/entries';
import { markAttempt } from './attempts';
import { observeAnswer } from './observe-answer';
import { withBegun } from './with-begun';

function begun(given: Partial<BegunWrite> = {}): BegunWrite {
  const { table, kind, pairId, intent, rowId, source } = aWrite();
  return { table, kind, pairId, intent, rowId, source, nativeId: 'guid-1', ...given };
}

describe('a mark that went with the database (rule 23)', () => {
  it('given the word of who had made it, then the entry is as the mark had left it, but for the attempt', () => {
    const create = { kind: 'create', rowId: 'guid-1', expects: null } as const;
    const times = { nowMs: 1, deadlineMs: 2 };
    const marked = markAttempt(anEntry({ row: null }), aWrite(create), times).entry;
    const back = withBegun(anEntry({ row: null }), begun({ kind: 'create', rowId: 'guid-1' }));
    expect(back).toEqual({ ...marked, attempts: {} });
  });

  it('given an answer that is known, then it stays', () => {
    const entry = anEntry({ results: { 'pair:3': { outcome: 'applied' } }, last: { pair: 3 } });
    expect(withBegun(entry, begun())).toBe(entry);
  });

  it('given a number that is closed, and whose answer nobody waits for any more, then nothing is opened again (rule 7)', () => {
    const entry = anEntry({ last: { pair: 4 } });
    expect(withBegun(entry, begun())).toBe(entry);
  });

  it('given a row that is looked at then, then the mark is in its observation', () => {
    const observed = observeAnswer(withBegun(anEntry(), begun()), anAnswer(aRow('v2')), DATAVERSE);
    expect(observed).toMatchObject({ entry: { results: { 'pair:3': { outcome: 'started' } } } });
  });
});
