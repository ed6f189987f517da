import { provisionalId } from '@dualwrite/events';
import type { KeyedRow, ObservedTable, SidePort } from '../side-port';
import { aWrite } from '../core/testing/entries';
import { findMade, madeAnswers } from './made-row';
import type { KeyedWrite } from './write-executor';

const made: KeyedRow = { nativeId: 'usmf|7', row: { id: null, version: 'v1', cells: { ref: 'guid-1' } } };
const table = {} as ObservedTable;
const asked: unknown[] = [];
const side = {
  findByReference: (_table: unknown, column: string, value: string) => {
    asked.push([column, value]);
    return Promise.resolve(made);
  },
} as unknown as SidePort;
const create: KeyedWrite = {
  ...aWrite({ kind: 'create', expects: null, rowId: null }),
  nativeId: provisionalId('pair'),
  patch: { name: 'A', ref: 'guid-1' },
};
const referred: KeyedWrite = { ...create, reference: 'ref' };

describe('the row of a create that the side has named', () => {
  beforeEach(() => {
    asked.length = 0;
  });

  it('given an answer that shows it, then nobody is asked', async () => {
    expect(await findMade(side, table, referred, { kind: 'done', row: made })).toBe(made);
    expect(asked).toEqual([]);
  });

  it('given an answer that does not show it, or none at all, then it is looked for by its reference', async () => {
    expect(await findMade(side, table, referred, { kind: 'done', row: undefined })).toBe(made);
    expect(await findMade(side, table, referred, null)).toBe(made);
    expect(asked).toEqual([
      ['ref', 'guid-1'],
      ['ref', 'guid-1'],
    ]);
  });

  it('given no reference, then nobody can tell', async () => {
    expect(await findMade(side, table, create, null)).toBeNull();
    expect(await findMade(side, table, { ...referred, nativeId: 'usmf|7' }, null)).toBeNull();
    expect(asked).toEqual([]);
  });

  it('given the row, then it is stored under its own name, and the entry without a row is closed with the same answer', () => {
    const answered = { write: referred, attempt: 'first', result: { outcome: 'applied' } } as const;
    const answers = madeAnswers(made, { write: referred, answered, traceparent: '' });
    expect(answers).toMatchObject([
      { nativeId: 'usmf|7', row: made.row, end: { write: { nativeId: 'usmf|7', id: referred.id } } },
      { nativeId: provisionalId('pair'), row: null, end: { write: { id: referred.id } } },
    ]);
  });
});
