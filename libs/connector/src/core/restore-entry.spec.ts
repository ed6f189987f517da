import { observeAnswer } from './observe-answer';
import { toObservation, type RegisterEntry } from './register-entry';
import { recalledEntry, restoredEntry } from './restore-entry';
import { aRow, anAnswer, anEntry, anFoEntry, DATAVERSE, FO } from './testing/entries';

const published = (entry: RegisterEntry) =>
  toObservation(entry, { via: 'feed', observedAt: '2024-05-01T08:00:00Z' });
const inEpoch2 = { epoch: 2, nextN: '20' };

describe('a register that was restored from a backup (rule 23)', () => {
  it('given a row as it was known, when it is read again unchanged, then that is news of the new epoch', () => {
    const observed = observeAnswer(restoredEntry(anEntry(), 2), anAnswer(aRow('v1')), {
      ...DATAVERSE,
      ...inEpoch2,
    });
    expect(observed).toMatchObject({
      kind: 'stored',
      entry: { revision: { epoch: 2, n: '20' }, presence: 'present', row: { id: 'guid-1', version: 'v1' } },
    });
  });

  it('given a row that has gone since the backup, when it is looked for, then its id has ended', () => {
    const observed = observeAnswer(restoredEntry(anEntry(), 2), anAnswer(null), {
      ...DATAVERSE,
      ...inEpoch2,
    });
    expect(observed).toMatchObject({ kind: 'stored', entry: { presence: 'absent', gone: ['guid-1'] } });
  });

  it('given attempts under way at the backup, then nothing of them floats any more', () => {
    const attempts = { 'p:1': { kind: 'create', deadlineMs: 9, lastBefore: null } } as const;
    expect(restoredEntry(anEntry({ attempts }), 2).attempts).toEqual({});
  });
});

describe('a register that is behind its topic', () => {
  it('given an incarnation that ended after the backup, then the row there now is not taken for the one that ended', () => {
    const backup = anFoEntry();
    const later = anFoEntry({
      revision: { epoch: 1, n: '9' },
      row: { id: 'usmf|1#1.9', version: 'v3', cells: {} },
      gone: ['usmf|1#1.2'],
    });
    const entry = restoredEntry(recalledEntry(backup, published(later)), 2);
    const observed = observeAnswer(entry, anAnswer(aRow('v4', null)), { ...FO, ...inEpoch2 });
    expect(observed).toMatchObject({ entry: { row: { id: 'usmf|1#1.9' }, gone: ['usmf|1#1.2'] } });
  });

  it('given answers and closed numbers that were published, then they are known again, and none is lowered', () => {
    const later = anEntry({
      revision: { epoch: 1, n: '9' },
      results: { 'p:4': { outcome: 'applied' } },
      last: { p: 4 },
    });
    const entry = recalledEntry(anEntry({ last: { p: 2, q: 7 } }), published(later));
    expect(entry).toMatchObject({ results: { 'p:4': { outcome: 'applied' } }, last: { p: 4, q: 7 } });
  });

  it('given an observation that is not newer than the backup, then the backup stays', () => {
    const backup = anEntry();
    expect(recalledEntry(backup, published(anEntry({ gone: ['x'] })))).toBe(backup);
  });
});
