import { nudgedTable } from './nudged-table';

describe('nudgedTable', () => {
  it.each([
    ['the header', 'account', { PrimaryEntityName: 'contact' }, 'account'],
    ['the body without a header', undefined, { PrimaryEntityName: 'contact' }, 'contact'],
    [
      'a body over 256 KB, without its rows',
      undefined,
      { PrimaryEntityName: 'contact', PrimaryEntityId: 'x' },
      'contact',
    ],
    ['nothing', undefined, undefined, null],
    ['a list', undefined, [{ PrimaryEntityName: 'contact' }], null],
    ['a number', undefined, { PrimaryEntityName: 7 }, null],
    ['something that is no name', undefined, { PrimaryEntityName: "account'); drop" }, null],
    ['a repeated header', ['account', 'contact'], {}, null],
  ])('given %s, then it says which table, or that it does not know', (_, header, body, expected) => {
    expect(nudgedTable(header, body)).toBe(expected);
  });
});
