import { documentStep, refusePart, saidOf, settleDocument, type DocumentPart, type Seen } from './document';
import { nextStep } from './executor';
import { anEntry, aWrite } from './testing/entries';
import type { RegisterEntry } from './register-entry';

const facts = {
  registerEpoch: 1,
  map: { isRunning: true, runEpoch: 1 },
  isConditional: true,
  nowMs: 1_000,
  deadlineMs: 2_000,
};

function aPart(entry: Partial<RegisterEntry> = {}, { isConditional = true } = {}): DocumentPart {
  const write = aWrite();
  const whole = anEntry(entry);
  return { write, entry: whole, step: nextStep(write, whole, { ...facts, isConditional }), isConditional };
}

describe('documentStep', () => {
  it('when no part was begun, then all are marked', () => {
    const step = documentStep([aPart(), aPart()]);
    expect(step).toMatchObject({
      do: 'send',
      entries: [{ results: { 'pair:3': { outcome: 'started' } } }, { last: { pair: 3 } }],
    });
  });

  it('when any part was begun, then all are looked at', () => {
    const begun = aPart({ results: { 'pair:3': { outcome: 'started' } }, last: { pair: 3 } });
    expect(documentStep([aPart(), begun])).toEqual({ do: 'look' });
  });

  it('when one part was given up, then none is begun, and it is said so', () => {
    const given = aPart({
      results: { 'pair:3': { outcome: 'withheld', code: 'abandoned' } },
      last: { pair: 3 },
    });
    expect(documentStep([aPart(), given])).toMatchObject({ do: 'refuse', refusal: { code: 'abandoned' } });
  });

  it('when a later write of one row was begun, then the document is refused', () => {
    expect(documentStep([aPart(), aPart({ last: { pair: 4 } })])).toMatchObject({
      do: 'refuse',
      refusal: { code: 'overtaken', part: 1 },
    });
  });

  it('when one table does not compare versions, then it is named', () => {
    expect(documentStep([aPart(), aPart({}, { isConditional: false })])).toMatchObject({
      do: 'refuse',
      refusal: { code: 'versions-not-honoured', part: 1 },
    });
  });

  it('when every part has its answer, then nothing is done', () => {
    const done = aPart({ results: { 'pair:3': { outcome: 'applied' } }, last: { pair: 3 } });
    const over = aPart({ last: { pair: 5 } });
    expect(documentStep([done, over])).toEqual({ do: 'nothing' });
  });
});

describe('settleDocument', () => {
  const row = (version: string, name: string) => ({ id: 'guid-1', version, cells: { name } });
  const seen = (given: Partial<Seen> = {}): Seen => ({
    write: { kind: 'update', expects: 'v1', patch: { name: 'new' } },
    row: row('v2', 'new'),
    answered: 'started',
    ...given,
  });
  const create = { kind: 'create', expects: null, patch: { name: 'new' } } as const;

  it('when all rows show what was to be written, then it was', () => {
    const remove = { write: { kind: 'delete', expects: 'v1', patch: {} }, row: null } as const;
    expect(settleDocument([seen(), seen({ write: create }), seen(remove)])).toBe('applied');
  });

  it('when one row still has its version, then nothing was written, whatever the others show', () => {
    expect(settleDocument([seen(), seen({ row: row('v1', 'old') })])).toBe('not-applied');
  });

  it('when a row that was to be made is not there, then another that shows its value tells nothing', () => {
    expect(settleDocument([seen(), seen({ write: create, row: null })])).toBe('unknown');
  });

  it('when a row shows something else, then nobody can tell', () => {
    expect(settleDocument([seen(), seen({ row: row('v3', 'theirs') })])).toBe('unknown');
  });

  it('when one part has its answer, then it tells of all', () => {
    const silent = seen({ row: row('v3', 'theirs') });
    expect(settleDocument([silent, { ...silent, answered: 'applied' }])).toBe('applied');
    expect(settleDocument([silent, { ...silent, answered: 'rejected' }])).toBe('not-applied');
  });
});

describe('a part that is refused', () => {
  const revision = { epoch: 1, n: '9' };

  it('is void from then on, and is told its own reason or whose it was', () => {
    const refusal = { code: 'E', text: 'no', part: 0 };
    const entry = refusePart(aWrite(), anEntry(), saidOf(refusal, 0), revision);
    expect(entry).toMatchObject({ revision, last: { pair: 3 }, results: { 'pair:3': { code: 'E' } } });
    expect(nextStep(aWrite(), entry, facts)).toEqual({ do: 'answer', outcome: null });
    expect(saidOf(refusal, 1)).toEqual({
      code: 'document-refused',
      text: 'part 1 of the document was refused: no',
    });
  });

  it('is withheld where it was given up', () => {
    const said = { code: 'abandoned', text: 'given up' };
    const entry = refusePart(aWrite(), anEntry(), said, revision);
    expect(entry.results['pair:3']).toMatchObject({ outcome: 'withheld', code: 'abandoned' });
  });
});
