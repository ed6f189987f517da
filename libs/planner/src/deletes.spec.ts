import type { Cells } from '@dualwrite/events';
import type { MapRules } from './map-rules';
import { Bench, DATAVERSE_ID, eventsOf, FO_ROW } from './testing/bench';
import { aField, aMap } from './testing/rules';

const MADE = `made-for-${FO_ROW}`;
const ROW = { name: 'Contoso', state: 0 };
const isInactive = (cells: Cells): boolean => cells['state'] === 1;
const deactivation = { dataverse: { patch: { state: 1 }, isShown: isInactive } };
const fields = [aField('name'), aField('state', { column: { fo: null, dataverse: 'state' } })];
const map = (given: Partial<MapRules>): MapRules => aMap(fields, given);
const onDelete = (dataverse: MapRules['deletes']['dataverse'], given: Partial<MapRules> = {}): MapRules =>
  map({ deletes: { fo: 'delete', dataverse }, deactivation, ...given });

describe('delete policies, per side', () => {
  it('unlink: given an F&O row that was deleted, then its partner stays, and nothing is made for it', () => {
    const bench = new Bench(onDelete('unlink')).inStep(ROW);
    const done = bench.fo(null);
    expect(done).toMatchObject({ writes: [], verdict: 'filtered' });
    expect(eventsOf(done)).toEqual(['unlinked unlinked', 'filtered unlinked']);
    expect(bench.dataverse({ name: 'Edited', state: 0 }, { nativeId: MADE })).toMatchObject({ writes: [] });
    expect(bench.redrive()).toMatchObject({ writes: [], journal: [], verdict: 'filtered' });
  });

  it('unlink: given the register that goes on telling where the row came from, then the two stay apart', () => {
    const bench = new Bench(onDelete('unlink')).inStep(ROW);
    bench.fo(null);
    const origins = { [MADE]: FO_ROW };
    expect(bench.dataverse(ROW, { nativeId: MADE, origins })).toMatchObject({ writes: [] });
    expect(bench.pair.parks).toEqual([]);
  });

  it('unlink: given a new F&O row of the same key, then it meets the row by the policy for first meetings', () => {
    const bench = new Bench(onDelete('unlink')).inStep(ROW);
    bench.fo(null);
    const again = { id: `${FO_ROW}.2`, version: 'n1', cells: { name: 'New' } };
    bench.fo({ name: 'New' }, { row: again, gone: [FO_ROW] });
    expect(bench.write()).toMatchObject({ kind: 'update', side: 'dataverse', patch: { name: 'New' } });
    bench.answer(bench.write());
    expect(bench.last).toMatchObject({ writes: [], verdict: 'written-dataverse' });
    // Joined: the next delete finds its partner again.
    expect(bench.fo(null, { gone: [FO_ROW, again.id] })).toMatchObject({ writes: [], verdict: 'filtered' });
  });

  it('unlink: given a release by a person, then the row gets a partner again', () => {
    const bench = new Bench(onDelete('unlink')).inStep(ROW);
    bench.fo(null);
    bench.release();
    expect(bench.write()).toMatchObject({ kind: 'create', side: 'fo', source: MADE });
  });

  it('unlink: given the row itself deleted at last, then the pair is empty and nothing is written', () => {
    const bench = new Bench(onDelete('unlink')).inStep(ROW);
    bench.fo(null);
    expect(bench.dataverse(null, { nativeId: MADE })).toMatchObject({ writes: [], verdict: 'unchanged' });
  });

  it('deactivate: given an F&O row that was deleted, then its partner is marked at the version seen, once, and stays', () => {
    const bench = new Bench(onDelete('deactivate')).inStep(ROW);
    bench.fo(null);
    expect(bench.write()).toMatchObject({
      kind: 'update',
      side: 'dataverse',
      patch: { state: 1 },
      expects: 'v2',
    });
    const done = bench.answer(bench.write());
    expect(done).toMatchObject({ writes: [], verdict: 'filtered' });
    expect(eventsOf(done)).toContain('unlinked deactivated');
    // Whoever activates it again has a row without a partner: nothing fights with them, and nothing comes back.
    expect(bench.dataverse(ROW, { nativeId: MADE })).toMatchObject({ writes: [], verdict: 'filtered' });
  });

  it('deactivate: given a refusal, then the pair parks and is not asked again until released', () => {
    const bench = new Bench(onDelete('deactivate')).inStep(ROW);
    bench.fo(null);
    bench.answer(bench.write(), 'rejected');
    expect(bench.last).toMatchObject({ writes: [], verdict: 'parked' });
    expect(bench.redrive().writes).toEqual([]);
    bench.release();
    expect(bench.write()).toMatchObject({ patch: { state: 1 } });
  });

  it('deactivate: given a row that is inactive already, then nothing is written', () => {
    const bench = new Bench(onDelete('deactivate')).inStep({ name: 'A' });
    bench.dataverse({ name: 'A', state: 1 }, { nativeId: MADE });
    expect(bench.fo(null)).toMatchObject({ writes: [], verdict: 'filtered' });
  });

  it('park: given a person who says that the delete counts, then the partner goes', () => {
    const bench = new Bench(onDelete('park')).inStep(ROW);
    bench.fo(null);
    expect(bench.pair.parks).toMatchObject([{ reason: 'delete-not-allowed' }]);
    expect(bench.release()).toMatchObject({ writes: [], verdict: 'parked' });
    bench.release('fo');
    expect(bench.write()).toMatchObject({ kind: 'delete', side: 'dataverse' });
  });

  it('park: given a person who says that the other row counts, then the deleted one is made anew', () => {
    const bench = new Bench(onDelete('park')).inStep(ROW);
    bench.fo(null);
    bench.release('dataverse');
    expect(bench.write()).toMatchObject({ kind: 'create', side: 'fo', source: MADE });
  });

  it('each side has its own policy: given the Dataverse row deleted, then the F&O row goes by that of F&O', () => {
    const bench = new Bench(onDelete('unlink')).inStep(ROW);
    bench.dataverse(null, { nativeId: MADE });
    expect(bench.write()).toMatchObject({ kind: 'delete', side: 'fo' });
  });
});

describe('delete versus edit', () => {
  const editAgainstDelete = (policy: MapRules['deleteVersusEdit']): Bench => {
    const bench = new Bench(map({ deleteVersusEdit: policy })).inStep(ROW);
    bench.fo({ name: 'B' });
    const update = bench.write();
    bench.fo(null);
    bench.answer(update, 'precondition-failed', { name: 'C', state: 0 });
    return bench;
  };

  it('delete wins: the edited row goes, its values into the journal', () => {
    const bench = editAgainstDelete('delete');
    expect(bench.write()).toMatchObject({ kind: 'delete', side: 'dataverse' });
    expect(bench.last?.journal[0]).toMatchObject({ event: 'conflict', code: 'edited-since' });
  });

  it('edit wins: the edited row stays, and the deleted one is made anew from it', () => {
    const bench = editAgainstDelete('edit');
    expect(bench.write()).toMatchObject({ kind: 'create', side: 'fo', source: MADE, patch: { name: 'C' } });
    expect(eventsOf(bench.last as never)).toContain('unlinked edit-wins');
    expect(bench.answer(bench.write())).toMatchObject({ writes: [], verdict: 'written-fo' });
  });

  it('edit wins: given a Dataverse row deleted, then the new one has a new id, for an id never comes back', () => {
    const bench = new Bench(map({ deleteVersusEdit: 'edit' })).inStep(ROW);
    bench.dataverse({ name: 'D', state: 0 }, { nativeId: MADE });
    const update = bench.write();
    bench.dataverse(null, { nativeId: MADE });
    bench.answer(update, 'precondition-failed', { name: 'F' });
    expect(bench.write()).toMatchObject({ kind: 'create', side: 'dataverse', rowId: `made-for-${FO_ROW}~2` });
    bench.answer(bench.write());
    expect(bench.last).toMatchObject({ writes: [], verdict: 'written-dataverse' });
    expect(bench.pair.seen.dataverse.row?.id).toBe(`made-for-${FO_ROW}~2`);
    // The next edit travels as ever.
    bench.fo({ name: 'G' });
    expect(bench.write()).toMatchObject({ kind: 'update', patch: { name: 'G' } });
  });

  it('edit wins: given no edit, then the delete travels', () => {
    const bench = new Bench(map({ deleteVersusEdit: 'edit' })).inStep(ROW);
    bench.fo(null);
    expect(bench.write()).toMatchObject({ kind: 'delete', side: 'dataverse' });
  });

  it('park: given a person who says that the edit counts, then the deleted row is made anew', () => {
    const bench = editAgainstDelete('park');
    expect(bench.pair.parks).toMatchObject([{ reason: 'delete-versus-edit' }]);
    bench.release('dataverse');
    expect(bench.write()).toMatchObject({ kind: 'create', side: 'fo' });
  });
});

describe('rows that leave and enter the scope', () => {
  const scoped = (given: Partial<MapRules> = {}): Bench => new Bench(map(given)).inStep(ROW);
  const out = { ...ROW, isOurs: false };

  it('leaving holds: nothing is deleted, edits of either side wait, and the journal says why', () => {
    const bench = scoped();
    const done = bench.dataverse({ ...out, name: 'D' }, { nativeId: MADE });
    expect(done).toMatchObject({ writes: [], verdict: 'filtered' });
    expect(eventsOf(done)).toEqual(['filtered out-of-scope']);
    expect(bench.fo({ name: 'F' })).toMatchObject({ writes: [], verdict: 'filtered', journal: [] });
  });

  it('entering again goes on where it was: what changed meanwhile travels, what both changed is a conflict', () => {
    const two = aMap([aField('name'), aField('city')]);
    const bench = new Bench(two).inStep({ name: 'A', city: 'Rome' });
    bench.dataverse({ name: 'D', city: 'Oslo', isOurs: false }, { nativeId: MADE });
    bench.fo({ name: 'F', city: 'Rome' });
    const done = bench.dataverse({ name: 'D', city: 'Oslo' }, { nativeId: MADE });
    expect(done.writes).toMatchObject([
      { side: 'dataverse', patch: { name: 'F' } },
      { side: 'fo', patch: { city: 'Oslo' } },
    ]);
    expect(done.journal[0]).toMatchObject({
      event: 'conflict',
      fields: [{ field: 'name', lost: 'dataverse' }],
    });
    expect(eventsOf(done)).toContain('resumed in-scope');
  });

  it('entering for the first time is a first meeting, or makes the partner', () => {
    const bench = new Bench(map({}));
    expect(bench.fo({ ...ROW, isOurs: false })).toMatchObject({ writes: [], verdict: 'filtered' });
    bench.fo(ROW);
    expect(bench.write()).toMatchObject({ kind: 'create', side: 'dataverse' });

    const met = new Bench(map({ firstMeeting: 'dataverse-wins' }));
    met.fo({ ...ROW, isOurs: false });
    met.dataverse({ name: 'D', state: 0 });
    met.fo(ROW);
    expect(met.write()).toMatchObject({ kind: 'update', side: 'fo', patch: { name: 'D' } });
    expect(met.pair.seen.dataverse.nativeId).toBe(DATAVERSE_ID);
  });

  it('given a row whose partner was deleted while it was out, then entering again is an edit against that delete', () => {
    const bench = scoped({ deleteVersusEdit: 'park' });
    bench.dataverse(out, { nativeId: MADE });
    expect(bench.fo(null)).toMatchObject({ writes: [], verdict: 'filtered' });
    const done = bench.dataverse(ROW, { nativeId: MADE });
    expect(done).toMatchObject({ writes: [], verdict: 'parked' });
    expect(bench.pair.parks).toMatchObject([{ reason: 'delete-versus-edit' }]);
    bench.release('dataverse');
    expect(bench.write()).toMatchObject({ kind: 'create', side: 'fo' });
  });

  it('given a row that is deleted after it had left, then its partner does not simply go with it', () => {
    const bench = scoped({ deleteVersusEdit: 'park' });
    bench.fo({ ...ROW, isOurs: false });
    expect(bench.fo(null)).toMatchObject({ writes: [], verdict: 'parked' });
    expect(bench.pair.parks).toMatchObject([{ reason: 'delete-versus-edit' }]);
    bench.release('fo');
    expect(bench.write()).toMatchObject({ kind: 'delete', side: 'dataverse' });
  });
});
