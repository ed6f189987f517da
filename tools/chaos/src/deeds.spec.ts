import type { LoggedCommit } from '@dualwrite/e2e';
import { deedsOf, shownRows } from './deeds';
import { CUSTOMERS } from './subjects';

const commit = (more: Partial<LoggedCommit>): LoggedCommit => ({
  n: 1,
  at: '2026-01-01T00:00:01.000Z',
  table: 'account',
  key: 'id-1',
  id: 'id-1',
  operation: 'update',
  caller: 'somebody',
  changed: {},
  ...more,
});

describe('deedsOf', () => {
  it('given commits of a row that has gone since, then the key that it had at its end names them all', () => {
    const commits = [
      commit({ n: 1, changed: { name: ['old', 'new'] } }),
      commit({ n: 2, operation: 'delete', changed: { accountnumber: ['C-1', null], name: ['new', null] } }),
    ];
    const deeds = deedsOf('dataverse', CUSTOMERS, { commits, rows: [], ours: 'us' });
    expect(deeds.map(({ key, rowId }) => [key, rowId])).toEqual([
      ['usmf/C-1', 'id-1'],
      ['usmf/C-1', 'id-1'],
    ]);
    expect(deeds[1]?.fields['name']).toEqual({ before: 'new', after: null });
  });

  it('given commits of F&O, then the key of the row is its address; our own client is told from people', () => {
    const commits = [
      commit({
        table: 'CustomersV3',
        key: 'usmf\u0001c-1',
        caller: 'us',
        changed: { OrganizationName: [null, 'n1'] },
      }),
      commit({ table: 'CustomerGroups', key: 'usmf\u000110' }),
    ];
    expect(deedsOf('fo', CUSTOMERS, { commits, rows: [], ours: 'us' })).toEqual([
      expect.objectContaining({
        key: 'usmf/c-1',
        by: 'product',
        fields: { name: { before: null, after: 'n1' } },
      }),
    ]);
  });

  it('given a row without a business key, then it is nobody of the map', () => {
    expect(deedsOf('dataverse', CUSTOMERS, { commits: [commit({})], rows: [], ours: 'us' })).toEqual([]);
  });
});

describe('shownRows', () => {
  it('given rows of both sides, then empty text and null are the same nothing', () => {
    const [fo] = shownRows('fo', CUSTOMERS, [
      { CustomerAccount: 'C-1', OrganizationName: 'n1', SalesMemo: '' },
    ]);
    const [dataverse] = shownRows('dataverse', CUSTOMERS, [
      { accountid: 'id-1', accountnumber: 'C-1', name: 'n1', description: null },
    ]);
    expect(fo?.values).toEqual(dataverse?.values);
    expect([fo?.key, dataverse?.key]).toEqual(['usmf/C-1', 'usmf/C-1']);
  });
});
