import { callExitCode, fieldsOf } from './call-command';

describe('dw call', () => {
  it.each([
    ['applied', null, 0],
    ['rejected', 'fo', 9],
    ['rejected', 'dualwrite', 5],
    ['abandoned', null, 7],
    ['in-doubt', null, 6],
  ] as const)('when it is %s by %s, then the exit code is %i', (outcome, by, code) => {
    expect(callExitCode({ outcome, by })).toBe(code);
  });

  it('given columns and values, then decimals stay text, and an empty value empties', () => {
    expect(fieldsOf(['creditlimit=2500.50', 'name=A=B', 'fax=', 'donotemail=true'])).toEqual({
      creditlimit: '2500.50',
      name: 'A=B',
      fax: null,
      donotemail: true,
    });
  });

  it('given something else, then it says what --set takes', () => {
    expect(() => fieldsOf(['creditlimit'])).toThrow('COLUMN=VALUE');
  });
});
