import { provisionalId } from '@dualwrite/events';
import { observeAnswer } from './observe-answer';
import { emptyEntry, type RegisterEntry } from './register-entry';
import { aResult, aRow, aWrite, anAnswer, anEntry, anFoEntry, DATAVERSE, FO } from './testing/entries';

function stored(observed: ReturnType<typeof observeAnswer>): RegisterEntry {
  if (observed.kind !== 'stored') throw new Error(`expected an entry to store, got ${observed.kind}`);
  return observed.entry;
}

describe('observeAnswer: order (rule 2)', () => {
  it('given the version that is known, then it is no news, whatever its age', () => {
    expect(observeAnswer(anEntry(), anAnswer(aRow('v1'), { sentAt: '0' }), DATAVERSE)).toEqual({
      kind: 'known',
    });
  });

  it('given absence where absence is known, then it is no news', () => {
    const absent = anEntry({ presence: 'absent', row: null });
    expect(observeAnswer(absent, anAnswer(null, { sentAt: '0' }), DATAVERSE)).toEqual({ kind: 'known' });
  });

  it('given another version, asked for after the entry last moved, then it is stored as the next revision', () => {
    const entry = stored(observeAnswer(anEntry(), anAnswer(aRow('v2'), { sentAt: '5' }), DATAVERSE));
    expect(entry).toMatchObject({
      revision: { epoch: 1, n: '10' },
      presence: 'present',
      row: { version: 'v2' },
    });
  });

  it('given another version, asked for before the entry last moved, then its order is unknown: read again', () => {
    expect(observeAnswer(anEntry(), anAnswer(aRow('v2'), { sentAt: '4' }), DATAVERSE)).toEqual({
      kind: 'read-again',
    });
  });

  it('given positions of many digits, then they are compared as numbers', () => {
    const entry = anEntry({ revision: { epoch: 1, n: '9007199254740993' } });
    const answer = anAnswer(aRow('v2'), { sentAt: '9007199254740992' });
    expect(observeAnswer(entry, answer, DATAVERSE)).toEqual({ kind: 'read-again' });
    expect(
      observeAnswer(
        anEntry({ revision: { epoch: 1, n: '9' } }),
        anAnswer(aRow('v2'), { sentAt: '10' }),
        DATAVERSE,
      ),
    ).toMatchObject({
      kind: 'stored',
    });
  });

  it('given the known version with more columns, then it is news: the map wants them', () => {
    const entry = stored(observeAnswer(anEntry(), anAnswer(aRow('v1'), { columnSet: 'c2' }), DATAVERSE));
    expect(entry).toMatchObject({
      columnSet: 'c2',
      revision: { n: '10' },
      row: { id: 'guid-1', version: 'v1' },
    });
  });

  it('given a row that was never seen, then the first answer is taken', () => {
    const empty = emptyEntry({ side: 'dataverse', table: 'account', nativeId: 'guid-1', epoch: 1 });
    expect(stored(observeAnswer(empty, anAnswer(null, { sentAt: '0' }), DATAVERSE))).toMatchObject({
      presence: 'absent',
    });
  });

  it('given an answer that says nothing about the row, then it is no news', () => {
    expect(observeAnswer(anEntry(), anAnswer(undefined), DATAVERSE)).toEqual({ kind: 'known' });
  });
});

describe('observeAnswer: deletes (rules 3, 5)', () => {
  it('given a deleted id in a page, then the row is gone, in whatever order the page came', () => {
    const entry = stored(
      observeAnswer(anEntry(), anAnswer(undefined, { deleted: true, sentAt: '0' }), DATAVERSE),
    );
    expect(entry).toMatchObject({ presence: 'absent', row: null, gone: ['guid-1'] });
  });

  it('given a deleted id that was never seen, then its end is stored, and an older row of it is read again', () => {
    const empty = emptyEntry({ side: 'dataverse', table: 'account', nativeId: 'guid-1', epoch: 1 });
    const ended = stored(observeAnswer(empty, anAnswer(undefined, { deleted: true }), DATAVERSE));
    expect(ended.gone).toEqual(['guid-1']);
    expect(observeAnswer(ended, anAnswer(aRow('v1'), { sentAt: '9' }), DATAVERSE)).toEqual({
      kind: 'read-again',
    });
  });

  it('given the same end twice, then the second is no news', () => {
    const ended = stored(observeAnswer(anEntry(), anAnswer(undefined, { deleted: true }), DATAVERSE));
    expect(observeAnswer(ended, anAnswer(undefined, { deleted: true }), DATAVERSE)).toEqual({
      kind: 'known',
    });
  });

  it('given several ends under one key, then all of them are kept', () => {
    const entry = anFoEntry({ gone: ['usmf|1#1.1'] });
    expect(stored(observeAnswer(entry, anAnswer(null), FO)).gone).toEqual(['usmf|1#1.1', 'usmf|1#1.2']);
  });
});

describe('observeAnswer: a side without visible ids (rule 6)', () => {
  it('given a row that appears, then it gets an id of the register; and keeps it while it is there', () => {
    const empty = emptyEntry({ side: 'fo', table: 'CustomersV3', nativeId: 'usmf|1', epoch: 1 });
    const entry = stored(observeAnswer(empty, anAnswer(aRow('v1', null)), FO));
    expect(entry.row?.id).toBe('usmf|1#1.10');
    const later = stored(
      observeAnswer(entry, anAnswer(aRow('v2', null), { sentAt: '10' }), { ...FO, nextN: '11' }),
    );
    expect(later.row?.id).toBe('usmf|1#1.10');
  });

  it('given our delete applied and a row there again, then that is another incarnation', () => {
    const result = aResult(aWrite({ side: 'fo', nativeId: 'usmf|1', rowId: 'usmf|1#1.2', kind: 'delete' }));
    const entry = stored(observeAnswer(anFoEntry(), anAnswer(aRow('v9', null), { result }), FO));
    expect(entry).toMatchObject({ row: { id: 'usmf|1#1.10' }, gone: ['usmf|1#1.2'] });
  });

  it('given our delete applied and a row that was met since, then that row is no other than it was', () => {
    const result = aResult(aWrite({ side: 'fo', nativeId: 'usmf|1', rowId: 'usmf|1#1.1', kind: 'delete' }));
    const observed = stored(observeAnswer(anFoEntry(), anAnswer(aRow('v1', null), { result }), FO));
    expect(observed).toMatchObject({ row: { id: 'usmf|1#1.2' }, gone: [] });
  });

  it('given our create applied and its row gone already, then the row that was made is noted as ended', () => {
    const empty = emptyEntry({ side: 'fo', table: 'CustomersV3', nativeId: 'usmf|1', epoch: 1 });
    const write = aWrite({ side: 'fo', nativeId: 'usmf|1', rowId: null, kind: 'create', source: 'guid-7' });
    const entry = stored(observeAnswer(empty, anAnswer(null, { result: aResult(write) }), FO));
    expect(entry).toMatchObject({ origins: { 'usmf|1#1.10': 'guid-7' }, gone: ['usmf|1#1.10'], row: null });
  });
});

describe('observeAnswer: an event tells of a delete and not of which row (rule 19)', () => {
  const attempts = { 'pair:3': { kind: 'create', deadlineMs: 9, lastBefore: null } } as const;
  const begun = anFoEntry({
    row: null,
    presence: 'absent',
    attempts,
    results: { 'pair:3': { outcome: 'started' } },
  });

  it.each([
    ['no row', null],
    ['a row', aRow('v7', null)],
  ])('given a create of ours in doubt and %s, then the end of a row that nobody saw is noted', (_, row) => {
    const entry = stored(observeAnswer(begun, anAnswer(row, { deletedUnnamed: true }), FO));
    expect(entry.gone).toEqual(['usmf|1#1.10?']);
  });

  it('given the row that was there is gone, then the event was about that one', () => {
    const there = { ...begun, ...anFoEntry(), attempts, results: begun.results };
    const entry = stored(observeAnswer(there, anAnswer(null, { deletedUnnamed: true }), FO));
    expect(entry.gone).toEqual(['usmf|1#1.2']);
  });

  it('given no create in doubt, then it is no news', () => {
    const quiet = { ...begun, attempts: {}, results: {} };
    expect(observeAnswer(quiet, anAnswer(null, { deletedUnnamed: true }), FO)).toEqual({ kind: 'known' });
  });
});

describe('observeAnswer: results (rules 7, 10, 11)', () => {
  it('given an applied create, then the new row is tied to its source and the write is closed', () => {
    const empty = emptyEntry({ side: 'dataverse', table: 'account', nativeId: 'guid-1', epoch: 1 });
    const write = aWrite({ kind: 'create', expects: null });
    const entry = stored(observeAnswer(empty, anAnswer(aRow('v1'), { result: aResult(write) }), DATAVERSE));
    expect(entry).toMatchObject({
      origins: { 'guid-1': 'usmf|1#1.2' },
      results: { 'pair:3': { outcome: 'applied' } },
      last: { pair: 3 },
    });
  });

  it('given a result with a row of unknown order, then it is stored only with a row read anew', () => {
    const answer = anAnswer(aRow('v2'), { sentAt: '4', result: aResult(aWrite()) });
    expect(observeAnswer(anEntry(), answer, DATAVERSE)).toEqual({ kind: 'read-again' });
  });

  it('given a result and nothing else, then it is news', () => {
    const result = aResult(aWrite(), { result: { outcome: 'rejected', code: 'E', text: 'no' } });
    const entry = stored(observeAnswer(anEntry(), anAnswer(aRow('v1'), { result }), DATAVERSE));
    expect(entry).toMatchObject({
      results: { 'pair:3': { outcome: 'rejected', code: 'E' } },
      revision: { n: '10' },
    });
  });
});

describe('a create that the side numbers itself', () => {
  it('given its answer, then the entry without a row is closed, and tells of no row and no end', () => {
    const entry = emptyEntry({ side: 'fo', table: 'CustomersV3', nativeId: provisionalId('pair'), epoch: 1 });
    const write = aWrite({ kind: 'create', rowId: null, expects: null });
    const observed = observeAnswer(entry, anAnswer(null, { result: aResult(write) }), FO);
    expect(observed).toMatchObject({
      kind: 'stored',
      entry: {
        row: null,
        presence: 'absent',
        gone: [],
        origins: {},
        results: { [write.id]: { outcome: 'applied' } },
      },
    });
  });
});
