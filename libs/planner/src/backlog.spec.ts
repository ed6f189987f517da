import { Bench, eventsOf } from './testing/bench';
import { aField, aMap } from './testing/rules';

const map = aMap([aField('name'), aField('city')]);
const ROW = { name: 'Contoso', city: 'Rome' };

const inStep = () => new Bench(map).inStep(ROW);

describe('plan: the backlog of a pause is held', () => {
  it('given a change that would travel, then it does not, and later ones wait, too, until a person releases the pair', () => {
    const bench = inStep().with({ backlog: 'hold' });
    expect(bench.fo({ ...ROW, city: 'Oslo' })).toMatchObject({ writes: [], verdict: 'held' });
    expect(eventsOf(bench.last!)).toEqual(['held backlog']);
    bench.with({ backlog: undefined });
    expect(bench.fo({ ...ROW, city: 'Bergen' })).toMatchObject({ writes: [], verdict: 'held', journal: [] });
    expect(bench.redrive()).toMatchObject({ writes: [], verdict: 'held' });
    bench.release();
    expect(bench.write()).toMatchObject({ side: 'dataverse', patch: { city: 'Bergen' } });
    expect(bench.pair.held).toBeUndefined();
  });

  it('given a change that both sides made alike, then there is nothing to hold', () => {
    const bench = inStep();
    const changed = { ...ROW, city: 'Oslo' };
    bench.fo(changed);
    const [write] = bench.last?.writes ?? [];
    if (!write) throw new Error('nothing was planned');
    bench.with({ backlog: 'hold' });
    expect(bench.answer(write)).toMatchObject({ writes: [], verdict: 'written-dataverse' });
  });

  it('given a write without an answer, then an edit behind it is held, and the answer releases nothing', () => {
    const bench = inStep();
    bench.fo({ ...ROW, city: 'Oslo' });
    const write = bench.write();
    bench.with({ backlog: 'hold' });
    bench.fo({ ...ROW, city: 'Bergen' });
    expect(bench.pair).toMatchObject({ held: true, intents: [{ number: write.intent }] });
    bench.with({ backlog: undefined });
    expect(bench.answer(write)).toMatchObject({ writes: [], verdict: 'held' });
  });

  it('given a row that waits for its partner to be read, then it is held, for it would travel later', () => {
    const bench = new Bench(map, { covered: { fo: true, dataverse: false }, backlog: 'hold' });
    expect(bench.fo(ROW)).toMatchObject({ writes: [], verdict: 'held' });
  });
});

describe('plan: what was there before a start that skips the initial sync', () => {
  const unmet = () => new Bench(map, { backlog: 'skip-unmet', covered: { fo: false, dataverse: false } });

  it('given two rows that differ, then both stay as they are, the journal says how, and the next edit travels alone', () => {
    const bench = unmet();
    expect(bench.fo(ROW)).toMatchObject({ writes: [], verdict: 'waiting' });
    expect(bench.dataverse({ ...ROW, city: 'Oslo' })).toMatchObject({
      writes: [],
      verdict: 'unchanged',
    });
    const told = bench.last?.journal.find(({ event }) => event === 'discarded');
    expect(told).toMatchObject({ code: 'initial-sync-skipped', severity: 'warning' });
    expect(told?.fields.map(({ field, lost }) => [field, lost])).toEqual([
      ['city', 'fo'],
      ['city', 'dataverse'],
    ]);
    bench.with({ backlog: undefined, covered: { fo: true, dataverse: true } });
    expect(bench.redrive()).toMatchObject({ writes: [], verdict: 'unchanged' });
    bench.fo({ ...ROW, name: 'Renamed' });
    expect(bench.write()).toMatchObject({ side: 'dataverse', patch: { name: 'Renamed' } });
  });

  it('given rows that are the same, then they have met, and no value was given up', () => {
    const bench = unmet();
    bench.fo(ROW);
    expect(bench.dataverse(ROW)).toMatchObject({ writes: [], verdict: 'unchanged' });
    expect(eventsOf(bench.last!)).not.toContain('discarded initial-sync-skipped');
    expect(bench.pair.past).toBeUndefined();
  });

  it('given a row that is alone, then none is made for it, not with later edits either, until a person releases it', () => {
    const bench = unmet();
    expect(bench.fo(ROW)).toMatchObject({ writes: [], verdict: 'waiting' });
    bench.with({ backlog: undefined, covered: { fo: true, dataverse: true } });
    expect(bench.redrive()).toMatchObject({ writes: [], verdict: 'filtered' });
    expect(bench.fo({ ...ROW, city: 'Oslo' })).toMatchObject({ writes: [], verdict: 'filtered' });
    bench.release();
    expect(bench.write()).toMatchObject({ kind: 'create', patch: { city: 'Oslo' } });
  });

  it('given rows that have met, when an edit is found by the reading, then it travels', () => {
    const bench = inStep().with({ backlog: 'skip-unmet' });
    bench.fo({ ...ROW, city: 'Oslo' });
    expect(bench.write()).toMatchObject({ patch: { city: 'Oslo' } });
  });

  it('given rows that had met before the map was stopped, then what changed meanwhile is of the past, too', () => {
    const bench = inStep().with({ backlog: 'skip' });
    expect(bench.fo({ ...ROW, city: 'Oslo' })).toMatchObject({ writes: [], verdict: 'unchanged' });
    expect(eventsOf(bench.last!)).toEqual(['discarded initial-sync-skipped']);
  });
});

describe('plan: the backlog of a pause is discarded', () => {
  it('given an edit, then both values are agreed as they are, the journal has the lost one, and the next edit travels', () => {
    const bench = inStep().with({ backlog: 'discard' });
    expect(bench.fo({ ...ROW, city: 'Oslo' })).toMatchObject({
      writes: [],
      verdict: 'unchanged',
      journal: [
        {
          event: 'discarded',
          severity: 'warning',
          fields: [{ field: 'city', fo: 'Oslo', dataverse: 'Rome', lost: 'fo' }],
        },
      ],
    });
    bench.with({ backlog: undefined });
    expect(bench.redrive()).toMatchObject({ writes: [], verdict: 'unchanged' });
    bench.fo({ name: 'Renamed', city: 'Oslo' });
    expect(bench.write().patch).toEqual({ name: 'Renamed' });
  });

  it('given a new row, then none is made for it; given a delete, then the partner stays', () => {
    const made = new Bench(map, { backlog: 'discard' });
    expect(made.fo(ROW)).toMatchObject({ writes: [], verdict: 'filtered' });
    made.with({ backlog: undefined });
    expect(made.fo({ ...ROW, city: 'Oslo' })).toMatchObject({ writes: [], verdict: 'filtered' });

    const deleted = inStep().with({ backlog: 'discard' });
    expect(deleted.fo(null)).toMatchObject({ writes: [], verdict: 'filtered' });
    deleted.with({ backlog: undefined });
    expect(deleted.redrive()).toMatchObject({ writes: [], verdict: 'filtered' });
    expect(deleted.pair.seen.dataverse.row?.id).not.toBeNull();
    expect(eventsOf(deleted.last!)).toEqual([]);
  });

  it('given a write without an answer, then what came behind it is held: nobody knows what there is to discard', () => {
    const bench = inStep();
    bench.fo({ ...ROW, city: 'Oslo' });
    bench.with({ backlog: 'discard' });
    bench.fo({ ...ROW, name: 'Edited' });
    expect(bench.pair).toMatchObject({ held: true, intents: [{ kind: 'update' }] });
  });
});
