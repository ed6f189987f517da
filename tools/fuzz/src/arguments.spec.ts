import { parseArguments } from './arguments';

describe('parseArguments', () => {
  it.each([
    [['--minutes', '0']],
    [['--minutes', 'x']],
    [['--seed', '-1']],
    [['--case', '']],
    [['--only', 'csdl,unknown']],
    [['--colour']],
  ])('given %j, then it says what is wrong', (args) => {
    expect(parseArguments(args, ['csdl'])).toEqual(expect.stringContaining('usage:'));
  });

  it('given nothing, then everything for a minute', () => {
    expect(parseArguments([], ['csdl'])).toEqual({ minutes: 1, seed: 1, only: [], caseNumber: null });
  });
});
