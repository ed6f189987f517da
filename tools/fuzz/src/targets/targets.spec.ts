import { caseOf } from '../one-case';
import { TARGETS } from '.';

const CASE_COUNT = 60;

describe.each(TARGETS.map((target) => [target.name, target] as const))('%s', (_, target) => {
  it('given some cases, then it takes true ones, refuses broken ones, and never throws', async () => {
    const verdicts = new Set<string>();
    for (let number = 0; number < CASE_COUNT; number++)
      verdicts.add(await target.run(caseOf([target], 7, number).input));
    expect([...verdicts].sort()).toEqual(['refused', 'taken']);
  });

  it('given the same seed, then the cases are the same', () => {
    expect(caseOf([target], 7, 3).input).toEqual(caseOf([target], 7, 3).input);
    expect(caseOf([target], 7, 3).input).not.toEqual(caseOf([target], 8, 3).input);
  });
});
