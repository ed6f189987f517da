import type { Cells, Side } from '@dualwrite/events';
import type { ReferenceNeed } from '@dualwrite/maps';
import { NeedsMemo } from './needs-memo';

/** Needs the group by its number; and the terms, but only where there is a group. */
function rules() {
  let callCount = 0;
  const need = (table: string, value: unknown): ReferenceNeed => ({
    kind: 'id',
    table,
    column: 'id',
    value: String(value),
    company: null,
  });
  return {
    get callCount() {
      return callCount;
    },
    referencesNeeded(_: Side, cells: Cells): ReferenceNeed[] {
      callCount += 1;
      if (cells['group'] === null) return [];
      return [need('group', cells['group']), need('terms', cells['terms'])];
    },
  };
}

describe('NeedsMemo', () => {
  it('given rows that point at the same, when they differ elsewhere, then the work is done once', () => {
    const source = rules();
    const memo = new NeedsMemo(source);
    const first = memo.of('fo', { group: '10', terms: 'N30', name: 'A' });
    expect(memo.of('fo', { group: '10', terms: 'N30', name: 'B' })).toBe(first);
    expect(memo.of('fo', { group: '20', terms: 'N30', name: 'B' })).toHaveLength(2);
    expect(source.callCount).toBe(2);
  });

  it('given a row that showed fewer columns, when another shows more, then both get what is theirs', () => {
    const memo = new NeedsMemo(rules());
    expect(memo.of('fo', { group: null, terms: 'N30' })).toEqual([]);
    expect(memo.of('fo', { group: '10', terms: 'N30' })).toMatchObject([{ value: '10' }, { value: 'N30' }]);
    expect(memo.of('fo', { group: '10', terms: 'N60' })).toMatchObject([{ value: '10' }, { value: 'N60' }]);
    expect(memo.of('fo', { group: null, terms: 'N60' })).toEqual([]);
  });

  it('given values of other types that read alike, then they are told apart', () => {
    const memo = new NeedsMemo(rules());
    expect(memo.of('fo', { group: 1, terms: '' })).not.toBe(memo.of('fo', { group: '1', terms: '' }));
  });
});
