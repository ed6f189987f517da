import { readFileSync } from 'node:fs';
import path from 'node:path';
import { GUARANTEES, guaranteesTable, safeguardsOf } from './guarantees';
import { withTable } from './guarantees-page';
import { SAFEGUARDS } from './safeguards';
import { SCENARIOS } from './scenarios';

const page = readFileSync(path.resolve(__dirname, '../../../docs/guarantees.md'), 'utf8');

describe('docs/guarantees.md', () => {
  it('has the table that `npm run sim -- --guarantees` writes', () => {
    expect(withTable(page, 'guarantees', guaranteesTable())).toBe(page);
  });

  it.each(GUARANTEES)('names for $name only safeguards that hold its invariant', (guarantee) => {
    const broken = safeguardsOf(guarantee).map(({ breaks }) => breaks);
    expect(broken.every((invariant) => guarantee.invariants.includes(invariant))).toBe(true);
  });

  it('has every safeguard under some guarantee, and in a scenario that there is', () => {
    const named = new Set(GUARANTEES.flatMap(({ safeguards }) => safeguards));
    expect(SAFEGUARDS.filter(({ name }) => !named.has(name))).toEqual([]);
    expect(SAFEGUARDS.filter(({ scenario }) => !(scenario in SCENARIOS))).toEqual([]);
  });
});
