import { compiled } from '../test/standard-map';
import { columnSets } from './column-sets';

describe('columnSets', () => {
  it('given a map with a lookup, then both its tables, the lookup\u2019s and the companies are observed', async () => {
    const sets = columnSets([
      await compiled({
        fields: [{ fo: 'CustomerGroupId', dataverse: 'msdyn_customergroupid.msdyn_groupid' }],
      }),
    ]);
    expect(
      Object.fromEntries([...sets].map(([name, { kind, columns }]) => [name, { kind, columns }])),
    ).toEqual({
      'dataverse/account': {
        kind: 'mapped',
        columns: ['accountid', 'accountnumber', 'msdyn_company', 'msdyn_customergroupid'],
      },
      'dataverse/cdm_company': { kind: 'reference', columns: ['cdm_companycode', 'cdm_companyid'] },
      'dataverse/msdyn_customergroup': {
        kind: 'reference',
        columns: ['msdyn_company', 'msdyn_customergroupid', 'msdyn_groupid'],
      },
      'fo/CustomersV3': { kind: 'mapped', columns: ['CustomerAccount', 'CustomerGroupId', 'dataAreaId'] },
    });
  });

  it('given several maps on a table, then their columns are joined and their order does not matter', async () => {
    const one = await compiled({ fields: [{ fo: 'OrganizationName', dataverse: 'name' }] });
    const other = await compiled({ fields: [{ fo: 'SalesMemo', dataverse: 'description' }] });
    const both = columnSets([one, other]);
    expect(both.get('dataverse/account')?.columns).toEqual([
      'accountid',
      'accountnumber',
      'description',
      'msdyn_company',
      'name',
    ]);
    expect(columnSets([other, one])).toEqual(both);
    expect(columnSets([one]).get('dataverse/account')?.digest).not.toBe(
      both.get('dataverse/account')?.digest,
    );
    expect(columnSets([one]).get('dataverse/cdm_company')).toEqual(both.get('dataverse/cdm_company'));
  });
});
