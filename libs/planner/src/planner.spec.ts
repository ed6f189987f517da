import { Bench, DATAVERSE_ID, eventsOf, FO_ID, FO_ROW } from './testing/bench';
import { aField, aMap, aReference, aShortField } from './testing/rules';

const MADE = `made-for-${FO_ROW}`;
const map = aMap([aField('name'), aField('city')]);
const ROW = { name: 'Contoso', city: 'Rome' };

describe('plan: rows that meet (rules 15 to 17)', () => {
  it('rule 17: given an F&O row and a covered Dataverse, then it is created there under an id made from the source', () => {
    const bench = new Bench(map);
    bench.fo(ROW);
    expect(bench.write()).toMatchObject({
      kind: 'create',
      side: 'dataverse',
      nativeId: MADE,
      rowId: MADE,
      expects: null,
      patch: ROW,
      source: FO_ROW,
      registerEpoch: 1,
      open: [1],
    });
    expect(bench.last?.verdict).toBe('written-dataverse');
    expect(bench.pair.key).toBe('usmf/1');
  });

  it('rule 17: given a side that is not covered, then nothing is created there and the pair waits', () => {
    const bench = new Bench(map, { covered: { fo: true, dataverse: false } });
    expect(bench.fo(ROW)).toMatchObject({ writes: [], verdict: 'waiting' });
    expect(bench.with({ covered: { fo: true, dataverse: true } }).redrive()).toMatchObject({
      verdict: 'written-dataverse',
    });
  });

  it('rule 17: given a row out of scope on one side, then the pair is filtered and nothing is created over it', () => {
    const bench = new Bench(map);
    bench.dataverse({ ...ROW, isOurs: false });
    expect(bench.fo(ROW)).toMatchObject({ writes: [], verdict: 'filtered' });
  });

  it('rule 17: given a map that may not create, then the pair is filtered', () => {
    const bench = new Bench(aMap([aField('name')], { creates: { fo: true, dataverse: false } }));
    expect(bench.fo({ name: 'Contoso' })).toMatchObject({ writes: [], verdict: 'filtered' });
  });

  it('rule 14: given a create that is applied, then the pair agrees and stays written in the books', () => {
    const bench = new Bench(map);
    bench.fo(ROW);
    const done = bench.answer(bench.write());
    expect(done).toMatchObject({ writes: [], verdict: 'written-dataverse' });
    expect(eventsOf(done)).toEqual(['agreed']);
    expect(bench.pair.intents).toEqual([]);
    expect(bench.pair.base['name']).toEqual({ fo: 'Contoso', dataverse: 'Contoso' });
  });

  it('rule 16: given two rows that never met and differ, then the winner of first meetings travels and the loser is noted', () => {
    const bench = new Bench(map, { covered: { fo: true, dataverse: false } });
    bench.fo(ROW);
    const done = bench.dataverse({ name: 'Contoso', city: 'Oslo' });
    expect(bench.write()).toMatchObject({
      kind: 'update',
      side: 'dataverse',
      patch: { city: 'Rome' },
      expects: 'v2',
    });
    expect(done.journal[0]).toMatchObject({
      event: 'conflict',
      fields: [{ field: 'city', fo: 'Rome', dataverse: 'Oslo', lost: 'dataverse' }],
    });
  });

  it('rule 16: given the policy to park first meetings, then a person names the winner', () => {
    const bench = new Bench(aMap([aField('name')], { firstMeeting: 'park' }), {
      covered: { fo: true, dataverse: false },
    });
    bench.fo({ name: 'A' });
    const done = bench.dataverse({ name: 'B' });
    expect(done).toMatchObject({ writes: [], verdict: 'parked' });
    expect(bench.pair.parks[0]).toMatchObject({ reason: 'first-meeting' });
    bench.release('dataverse');
    expect(bench.write()).toMatchObject({ side: 'fo', patch: { name: 'B' } });
  });

  it('rule 16: given edits of different fields on both sides, then each travels alone', () => {
    const bench = new Bench(map).inStep(ROW);
    bench.fo({ name: 'Contoso Ltd', city: 'Rome' });
    expect(bench.write()).toMatchObject({ side: 'dataverse', patch: { name: 'Contoso Ltd' } });
    bench.answer(bench.write(), 'precondition-failed', { name: 'Contoso', city: 'Oslo' });
    expect(bench.last?.writes).toMatchObject([
      { side: 'dataverse', patch: { name: 'Contoso Ltd' } },
      { side: 'fo', patch: { city: 'Oslo' } },
    ]);
    expect(eventsOf(bench.last as never)).toEqual(['planned update', 'planned update']);
  });

  it('rule 16: given the same field edited on both sides, then the policy decides and the loser is in the journal', () => {
    const bench = new Bench(map).inStep(ROW);
    bench.fo({ name: 'F', city: 'Rome' });
    const done = bench.answer(bench.write(), 'precondition-failed', { name: 'D', city: 'Rome' });
    expect(done.writes).toMatchObject([{ side: 'dataverse', patch: { name: 'F' } }]);
    expect(done.journal[0]).toMatchObject({
      event: 'conflict',
      fields: [{ lost: 'dataverse', dataverse: 'D' }],
    });
  });

  it('rule 16: given a conflict policy to park, then nothing travels until a person decides', () => {
    const bench = new Bench(aMap([aField('name', { conflict: 'park' })])).inStep({ name: 'A' });
    bench.fo({ name: 'F' });
    const done = bench.answer(bench.write(), 'precondition-failed', { name: 'D' });
    expect(done).toMatchObject({ writes: [], verdict: 'parked' });
    expect(bench.redrive()).toMatchObject({ writes: [], verdict: 'parked', journal: [] });
    bench.release('fo');
    expect(bench.write()).toMatchObject({ side: 'dataverse', patch: { name: 'F' } });
  });

  it('rule 14: given a write without an answer, then a further edit plans nothing until it comes', () => {
    const bench = new Bench(map).inStep(ROW);
    bench.fo({ name: 'One', city: 'Rome' });
    const first = bench.write();
    expect(bench.fo({ name: 'Two', city: 'Rome' })).toMatchObject({
      writes: [],
      verdict: 'written-dataverse',
    });
    bench.answer(first);
    expect(bench.write()).toMatchObject({ patch: { name: 'Two' } });
  });

  it('given a row that was read before the map wanted a column, then it is read again and nothing is written', () => {
    const bench = new Bench(map).inStep(ROW);
    expect(bench.dataverse({ name: 'Contoso' }, { nativeId: MADE })).toMatchObject({
      writes: [],
      reads: ['dataverse'],
      verdict: 'waiting',
    });
  });
});

describe('plan: order of observations (rule 13)', () => {
  it('given an older revision, then nothing is examined and the pair is the same object', () => {
    const bench = new Bench(map).inStep(ROW);
    const before = bench.pair;
    const done = bench.fo({ name: 'old', city: 'old' }, { revision: { epoch: 1, n: '0' } });
    expect(done).toMatchObject({ verdict: null, writes: [] });
    expect(done.pair).toBe(before);
  });

  it('given the same revision again, then the pair is looked at, and costs nothing if both agree', () => {
    const bench = new Bench(map).inStep(ROW);
    const before = bench.pair;
    const done = bench.replay(bench.observed as never);
    expect(done).toMatchObject({ verdict: 'written-dataverse', writes: [], journal: [] });
    expect(done.pair).toBe(before);
  });

  it('given a row deleted by a person, then its partner goes, at the version that was seen', () => {
    const bench = new Bench(map).inStep(ROW);
    bench.fo(null);
    expect(bench.write()).toMatchObject({
      kind: 'delete',
      side: 'dataverse',
      rowId: MADE,
      expects: 'v2',
      source: null,
    });
    expect(bench.answer(bench.write())).toMatchObject({ writes: [], verdict: 'written-dataverse' });
    expect(bench.pair.seen.dataverse).toMatchObject({ presence: 'absent', row: null });
  });

  it('given a Dataverse row deleted, and made anew by a person, then the new one is a row of its own', () => {
    const bench = new Bench(map).inStep(ROW);
    bench.dataverse(null, { nativeId: MADE });
    expect(bench.write()).toMatchObject({ kind: 'delete', side: 'fo' });
    bench.answer(bench.write());
    bench.dataverse({ name: 'New', city: 'Oslo' }, { nativeId: 'guid-2' });
    expect(bench.write()).toMatchObject({ kind: 'create', side: 'fo', nativeId: FO_ID, source: 'guid-2' });
  });

  it('given a late create of ours after the source has gone, then its row is deleted', () => {
    const bench = new Bench(map);
    bench.fo(ROW);
    bench.answer(bench.write(), 'in-doubt', null);
    const second = bench.write();
    bench.fo(null);
    expect(bench.answer(second, 'withheld', null)).toMatchObject({ writes: [], verdict: 'unchanged' });
    bench.dataverse(ROW, { nativeId: MADE });
    expect(bench.last?.writes).toMatchObject([{ kind: 'delete', rowId: MADE }]);
  });

  it('given a map that may not delete, then the pair parks', () => {
    const bench = new Bench(aMap([aField('name')], { deletes: { fo: 'delete', dataverse: 'park' } })).inStep({
      name: 'A',
    });
    expect(bench.fo(null)).toMatchObject({ writes: [], verdict: 'parked' });
    expect(bench.pair.parks[0]).toMatchObject({ reason: 'delete-not-allowed' });
  });

  it('given a delete against an edit and the policy to park, then a person decides', () => {
    const bench = new Bench(aMap([aField('name')], { deleteVersusEdit: 'park' })).inStep({ name: 'A' });
    bench.fo({ name: 'B' });
    const update = bench.write();
    bench.fo(null);
    bench.answer(update, 'precondition-failed', { name: 'C' });
    expect(bench.pair.parks[0]).toMatchObject({ reason: 'delete-versus-edit' });
    bench.release('fo');
    expect(bench.write()).toMatchObject({ kind: 'delete', side: 'dataverse' });
  });

  it('given a deleted row, then its last values are in the journal', () => {
    const bench = new Bench(map).inStep(ROW);
    const done = bench.fo(null);
    expect(done.journal[0]?.fields).toContainEqual({ field: 'city', dataverse: 'Rome', lost: 'dataverse' });
  });
});

describe('plan: forms of values', () => {
  it('given a lossy transform, then the short form agrees and nothing comes back', () => {
    const bench = new Bench(aMap([aShortField('name')]));
    bench.fo({ name: 'Contoso' });
    expect(bench.write().patch).toEqual({ name: 'Cont' });
    bench.answer(bench.write());
    expect(bench.redrive().writes).toEqual([]);
    bench.fo({ name: 'Contosomore' });
    expect(bench.last).toMatchObject({ writes: [], verdict: 'unchanged' });
  });

  it('given a one-way field whose target was changed, then it is written again, or left', () => {
    const fields = [
      aField('repaired', { direction: 'to-dataverse', drift: 'repair' }),
      aField('left', { direction: 'to-dataverse', drift: 'leave' }),
    ];
    const bench = new Bench(aMap(fields)).inStep({ repaired: 'a', left: 'b' });
    const done = bench.dataverse({ repaired: 'x', left: 'y' }, { nativeId: MADE });
    expect(bench.write()).toMatchObject({ side: 'dataverse', patch: { repaired: 'a' } });
    expect(done.journal[0]).toMatchObject({
      event: 'conflict',
      fields: [{ field: 'repaired', lost: 'dataverse' }],
    });
  });

  it('given a constant, then it is written on create only', () => {
    const constant = aField('kind', {
      column: { fo: null, dataverse: 'kind' },
      direction: 'to-dataverse',
      convert: () => ({ kind: 'value', value: 'customer' }),
    });
    const bench = new Bench(aMap([aField('name'), constant]));
    bench.fo({ name: 'A' });
    expect(bench.write().patch).toEqual({ name: 'A', kind: 'customer' });
    bench.answer(bench.write());
    expect(bench.dataverse({ name: 'A', kind: 'other' }, { nativeId: MADE })).toMatchObject({ writes: [] });
  });
});

describe('plan: references', () => {
  const rules = aMap([aField('name'), aReference('group')]);

  it('given a missing target, then the pair waits for it and goes on when it appears', () => {
    const bench = new Bench(rules);
    const done = bench.fo({ name: 'A', group: '80' });
    expect(done).toMatchObject({ writes: [], verdict: 'waiting' });
    expect(eventsOf(done)).toEqual(['waiting missing-row']);
    expect(bench.pair.wants).toMatchObject([{ table: 'group', column: 'code', value: '80' }]);
    const resumed = bench.knows({ 80: 'g-80' }).redrive();
    expect(bench.write().patch).toEqual({ name: 'A', group: 'g-80' });
    expect(eventsOf(resumed)).toContain('resumed');
    expect(bench.pair.wants).toEqual([]);
  });

  it('given a reference that may be deferred, then the row comes first and the reference follows', () => {
    const bench = new Bench(aMap([aField('name'), aReference('group', { deferrable: true })]));
    bench.fo({ name: 'A', group: '80' });
    expect(bench.write().patch).toEqual({ name: 'A' });
    bench.answer(bench.write(), 'applied', { name: 'A', group: null });
    expect(bench.last).toMatchObject({ writes: [], verdict: 'waiting' });
    const followed = bench.knows({ 80: 'g-80' }).redrive();
    expect(bench.write()).toMatchObject({ kind: 'update', patch: { group: 'g-80' } });
    // Nothing was lost on the way: the empty reference was ours, and nobody's value.
    expect(eventsOf(followed)).toEqual(['planned update', 'resumed']);
  });

  it('given a deferred reference, when somebody fills it on the other side meanwhile, then that is a conflict', () => {
    const bench = new Bench(aMap([aField('name'), aReference('group', { deferrable: true })]));
    bench.fo({ name: 'A', group: '80' });
    bench.answer(bench.write(), 'applied', { name: 'A', group: null });
    bench.knows({ 80: 'g-80', 90: 'g-90' });
    expect(
      eventsOf(bench.dataverse({ name: 'A', group: 'g-90' }, { nativeId: `made-for-${FO_ROW}` })),
    ).toEqual(['conflict', 'planned update', 'resumed']);
    expect(bench.write()).toMatchObject({ side: 'dataverse', patch: { group: 'g-80' } });
  });

  describe('given a pair in step, when the key of the row that it points at changes', () => {
    const inStep = (direction: 'both' | 'to-dataverse'): Bench =>
      new Bench(aMap([aField('name'), aReference('group', { direction, isReference: true })]))
        .knows({ 80: 'g-80' })
        .inStep({ name: 'A', group: '80' });

    it('then F&O gets the new key, and nothing is lost', () => {
      const bench = inStep('both');
      expect(eventsOf(bench.knows({ 81: 'g-80' }).redrive())).toEqual(['planned update']);
      expect(bench.write()).toMatchObject({ side: 'fo', patch: { group: '81' } });
      expect(bench.answer(bench.write())).toMatchObject({ writes: [], verdict: 'written-fo' });
      expect(bench.redrive().writes).toEqual([]);
    });

    it('then a field that goes to Dataverse alone waits for a row with its key', () => {
      const bench = inStep('to-dataverse');
      expect(bench.knows({ 81: 'g-80' }).redrive()).toMatchObject({ writes: [], verdict: 'waiting' });
      // Another edit does not make it forget what it waits for.
      bench.fo({ name: 'B', group: '80' });
      expect(bench.last).toMatchObject({ writes: [], verdict: 'waiting' });
      bench.knows({ 81: 'g-80', 80: 'g-new' }).redrive();
      expect(bench.write()).toMatchObject({ side: 'dataverse', patch: { name: 'B', group: 'g-new' } });
    });

    it('then a write under way is awaited first, and the reference is looked at with its answer', () => {
      const bench = inStep('both');
      bench.fo({ name: 'B', group: '80' });
      const write = bench.write();
      expect(bench.knows({ 81: 'g-80' }).redrive().writes).toEqual([write]);
      bench.answer(write);
      expect(bench.write()).toMatchObject({ side: 'fo', patch: { group: '81' } });
    });

    it('then a target that is merely not known leaves the pair at rest', () => {
      const bench = inStep('both');
      expect(bench.knows({}).redrive()).toMatchObject({ writes: [], verdict: 'written-dataverse' });
    });
  });

  it('given a row made without its reference, then the empty value that we made does not travel back', () => {
    const bench = new Bench(aMap([aField('name'), aReference('group', { deferrable: true })]));
    bench.dataverse({ name: 'A', group: 'g-80' });
    bench.answer(bench.write(), 'applied', { name: 'A', group: null });
    expect(bench.last).toMatchObject({ writes: [], verdict: 'waiting' });
    bench.knows({ 80: 'g-80' }).redrive();
    expect(bench.write()).toMatchObject({ side: 'fo', patch: { group: '80' } });
  });
});

describe("plan: the server's form (rule 15)", () => {
  const trimmed = aField('name', {
    admits: (_side, sent, seen) => String(sent).trim() === String(seen).trim(),
  });

  it('given an answer that shows our value in another form, then that form is agreed and does not travel back', () => {
    const bench = new Bench(aMap([trimmed]));
    bench.fo({ name: ' A ' });
    bench.answer(bench.write(), 'applied', { name: 'A' });
    expect(bench.last).toMatchObject({ writes: [], verdict: 'written-dataverse' });
    expect(bench.pair.base['name']).toEqual({ fo: ' A ', dataverse: 'A' });
  });

  it('given an answer that shows another value, then it is an edit, and travels', () => {
    const bench = new Bench(aMap([trimmed]));
    bench.fo({ name: ' A ' });
    bench.answer(bench.write(), 'applied', { name: 'B' });
    expect(bench.write()).toMatchObject({ side: 'fo', patch: { name: 'B' } });
  });

  it('given a default that the server fills in for nothing, then it is a value of its own, and travels back (ADR 0006)', () => {
    const filled = aField('hold', { admits: () => true });
    const bench = new Bench(aMap([aField('name'), filled]));
    bench.dataverse({ name: 'A', hold: null });
    bench.answer(bench.write(), 'applied', { name: 'A', hold: 'no' });
    expect(bench.write()).toMatchObject({ side: 'dataverse', patch: { hold: 'no' } });
  });
});

describe('plan: bad data', () => {
  const choosy = aField('name', {
    convert: (_to, cell) =>
      cell === 'bad'
        ? { kind: 'refused', code: 'not-mapped', text: 'no such value' }
        : { kind: 'value', value: cell },
  });

  it('given a value without a form on the other side, then the pair parks until it is mended', () => {
    const bench = new Bench(aMap([choosy]));
    const done = bench.fo({ name: 'bad' });
    expect(done).toMatchObject({ writes: [], verdict: 'parked' });
    expect(bench.pair.parks).toMatchObject([{ reason: 'refused-value', code: 'not-mapped' }]);
    expect(bench.redrive().journal).toEqual([]);
    expect(eventsOf(bench.fo({ name: 'good' }))).toEqual(['planned create', 'released refused-value']);
  });

  it('given a row that the target refuses, then it parks with code and text, and mended data goes through', () => {
    const bench = new Bench(map).inStep(ROW);
    bench.fo({ name: 'X', city: 'Rome' });
    expect(bench.answer(bench.write(), 'rejected')).toMatchObject({ writes: [], verdict: 'parked' });
    expect(bench.pair.parks).toMatchObject([{ reason: 'rejected', code: 'E1', text: 'no', write: 'update' }]);
    expect(bench.redrive()).toMatchObject({ writes: [], verdict: 'parked' });
    bench.fo({ name: 'Y', city: 'Rome' });
    expect(bench.write().patch).toEqual({ name: 'Y' });
  });

  it('given data mended before the refusal is heard, then it goes through at once', () => {
    const bench = new Bench(map).inStep(ROW);
    bench.fo({ name: 'X', city: 'Rome' });
    const refused = bench.write();
    bench.fo({ name: 'Y', city: 'Rome' });
    bench.answer(refused, 'rejected');
    expect(bench.write().patch).toEqual({ name: 'Y' });
  });

  it('given a delete that is refused, then it is not sent again until somebody says so', () => {
    const bench = new Bench(map).inStep(ROW);
    bench.fo(null);
    expect(bench.answer(bench.write(), 'rejected')).toMatchObject({ writes: [], verdict: 'parked' });
    expect(bench.redrive().writes).toEqual([]);
    bench.release();
    expect(bench.write()).toMatchObject({ kind: 'delete' });
  });

  it('given a release, then it is decided anew', () => {
    const bench = new Bench(map).inStep(ROW);
    bench.fo({ name: 'X', city: 'Rome' });
    bench.answer(bench.write(), 'rejected');
    expect(eventsOf(bench.release())).toEqual(['released rejected', 'planned update']);
  });

  it('rule 21: given a release that decides nothing, then it is parked anew, and both are in the journal with the reason', () => {
    const bench = new Bench(aMap([aField('name', { conflict: 'park' })])).inStep({ name: 'A' });
    bench.fo({ name: 'F' });
    bench.answer(bench.write(), 'precondition-failed', { name: 'D' });
    const done = bench.release(undefined, 'asked by sales');
    expect(eventsOf(done)).toEqual(['released conflict', 'parked conflict']);
    expect(done.journal[0]).toMatchObject({ text: 'asked by sales', side: null });
    expect(bench.release('dataverse').journal[0]).toMatchObject({ code: 'conflict', side: 'dataverse' });
    expect(bench.write()).toMatchObject({ side: 'fo', patch: { name: 'D' } });
  });
});

describe('plan: doubt (rules 18 to 22)', () => {
  it('rule 18: given an update in doubt whose values are all on show, then it was applied', () => {
    const bench = new Bench(map).inStep(ROW);
    bench.fo({ name: 'X', city: 'Rome' });
    bench.answer(bench.write(), 'in-doubt', { name: 'X', city: 'Rome' });
    expect(bench.last).toMatchObject({ writes: [] });
    expect(bench.pair.parks).toEqual([]);
  });

  it('rule 18: given an update in doubt and an old value on show in a new version, then it parks until released', () => {
    const bench = new Bench(map).inStep(ROW);
    bench.fo({ name: 'X', city: 'Rome' });
    bench.answer(bench.write(), 'in-doubt', { name: 'Contoso', city: 'Oslo' });
    expect(bench.pair.parks).toMatchObject([{ reason: 'write-in-doubt', write: 'update' }]);
    bench.release();
    expect(bench.last?.writes).toMatchObject([{ patch: { name: 'X' } }, { patch: { city: 'Oslo' } }]);
  });

  it('rule 18: given an update in doubt and a third value on show, then it was overwritten: ours is in the journal', () => {
    const bench = new Bench(map).inStep(ROW);
    bench.fo({ name: 'X', city: 'Rome' });
    const done = bench.answer(bench.write(), 'in-doubt', { name: 'Z', city: 'Rome' });
    expect(done.journal[0]).toMatchObject({
      code: 'overtaken-write',
      fields: [{ fo: 'X', dataverse: 'Z', lost: 'fo' }],
    });
    expect(bench.write()).toMatchObject({ side: 'fo', patch: { name: 'Z' } });
  });

  it('rule 19: given a create in doubt where a feed tells of deletes, then it is tried again under the same id', () => {
    const bench = new Bench(map);
    bench.fo(ROW);
    bench.answer(bench.write(), 'in-doubt', null);
    expect(bench.write()).toMatchObject({ kind: 'create', rowId: MADE, intent: 2 });
  });

  it('rule 19: given a create in doubt in F&O and no row, then it parks, and lapses when the source has gone', () => {
    const bench = new Bench(map);
    bench.dataverse(ROW);
    bench.answer(bench.write(), 'in-doubt', null);
    expect(bench.pair.parks).toMatchObject([{ reason: 'create-in-doubt' }]);
    expect(bench.dataverse(null)).toMatchObject({ verdict: 'unchanged', writes: [] });
    expect(bench.pair.parks).toEqual([]);
  });

  it.each(['in-doubt', 'rejected'] as const)(
    'rule 21: given a create in F&O that is %s and a release, then it is planned under a new number, and both sides agree',
    (outcome) => {
      const bench = new Bench(map);
      bench.dataverse(ROW);
      const first = bench.write();
      bench.answer(first, outcome, null);
      expect(bench.redrive().writes).toEqual([]);
      bench.release();
      const second = bench.write();
      expect(second).toMatchObject({ ...first, intent: first.intent + 1, open: [first.intent + 1] });
      expect(bench.answer(second)).toMatchObject({ writes: [], verdict: 'written-fo' });
      expect(bench.pair).toMatchObject({ parks: [], intents: [] });
    },
  );

  it('rule 20: given a delete in doubt in F&O and a row in another version, then it parks', () => {
    const bench = new Bench(map).inStep(ROW);
    bench.dataverse(null, { nativeId: MADE });
    bench.answer(bench.write(), 'in-doubt', { name: 'Other', city: 'Rome' });
    expect(bench.pair.parks).toMatchObject([{ reason: 'delete-in-doubt' }]);
  });

  it('rule 22: given no answer, then a redrive sends the same write under the same number', () => {
    const bench = new Bench(map);
    bench.fo(ROW);
    const first = bench.write();
    bench.redrive();
    expect(bench.write()).toEqual(first);
  });

  it('rule 7: given a later number in `last` and no result, then the write is void and decided anew', () => {
    const bench = new Bench(map).inStep(ROW);
    bench.fo({ name: 'X', city: 'Rome' });
    const [cells, nativeId] = [ROW, MADE];
    bench.dataverse(cells, { nativeId, last: { pair: 9 } });
    expect(bench.write()).toMatchObject({ intent: 3, patch: { name: 'X' } });
  });

  it('given a create refused because of a row that was not seen, then it waits for a change instead of trying for ever', () => {
    const bench = new Bench(map);
    bench.fo(ROW);
    bench.answer(bench.write(), 'precondition-failed', null);
    expect(bench.pair.parks).toMatchObject([{ reason: 'key-taken' }]);
    bench.dataverse({ name: 'Contoso', city: 'Oslo' }, { nativeId: DATAVERSE_ID });
    expect(bench.write()).toMatchObject({ kind: 'update', side: 'dataverse', patch: { city: 'Rome' } });
  });

  it('given a key that another pair holds, then nothing is created', () => {
    const bench = new Bench(map, { isKeyHeld: true });
    expect(bench.fo(ROW)).toMatchObject({ writes: [], verdict: 'parked' });
    expect(bench.with({ isKeyHeld: false }).redrive()).toMatchObject({ verdict: 'written-dataverse' });
  });
});
