import type { Cells } from '@dualwrite/events';
import { chooseCompany, type BoundRule } from './choose-company';

const rule = (index: number, company: string, matches: (cells: Cells) => boolean): BoundRule => ({
  ...{ index, company, matches },
});
const RULES = [
  rule(0, 'usmf', ({ country }) => country === 'US'),
  rule(1, 'usmf', ({ owner }) => owner === 'ana'),
  rule(2, 'demf', ({ owner }) => owner === 'ben'),
];

describe('chooseCompany', () => {
  it('given rules that agree, then their company', () => {
    expect(chooseCompany(RULES, { country: 'US', owner: 'ana' })).toEqual({
      kind: 'company',
      company: 'usmf',
      rules: [0, 1],
    });
  });

  it('given rules that do not, then none is chosen, and all are named', () => {
    expect(chooseCompany(RULES, { country: 'US', owner: 'ben' })).toEqual({
      kind: 'several',
      companies: ['demf', 'usmf'],
      rules: [0, 2],
    });
  });

  it('given a row that no rule speaks of, then none', () => {
    expect(chooseCompany(RULES, { country: 'FR', owner: null })).toEqual({ kind: 'none' });
  });
});
