import { lookBefore } from './look-before';

const patch = { msdyn_company: 'c-1' };

describe('lookBefore', () => {
  it('given the row of the version that was looked at, then it is written', () => {
    expect(lookBefore({ expects: 'v1', patch }, { version: 'v1', cells: { msdyn_company: null } })).toEqual({
      do: 'send',
    });
  });

  it('given the same request a second time, then its own work is found done, whatever the version', () => {
    expect(lookBefore({ expects: 'v1', patch }, { version: 'v2', cells: patch })).toEqual({ do: 'nothing' });
    expect(lookBefore({ expects: null, patch }, { version: 'v1', cells: patch })).toEqual({ do: 'nothing' });
  });

  it.each([
    ['somebody changed meanwhile', 'v1', { version: 'v2', cells: { msdyn_company: null } }, 'row-moved'],
    ['somebody deleted', 'v1', null, 'row-gone'],
    ['somebody made otherwise', null, { version: 'v1', cells: { msdyn_company: 'c-2' } }, 'row-there'],
  ])('given a row that %s, then nothing is written, and it says why', (_, expects, seen, code) => {
    expect(lookBefore({ expects, patch }, seen)).toMatchObject({ do: 'refuse', why: { code } });
  });

  it('given a create of a row that is not there, then it is written', () => {
    expect(lookBefore({ expects: null, patch }, null)).toEqual({ do: 'send' });
  });
});
