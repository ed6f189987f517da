import type { TableSchema } from '@dualwrite/schemas';
import type { TableMap } from './table-map';
import { resolveMap } from './resolve-map';
import { parseMapFile } from './parse-map-file';
import { aMap, compiled } from '../test/standard-map';
import { sideSchemas } from '../test/side-schemas';

type Policies = NonNullable<TableMap['spec']['policies']>;

const withPolicies = (policies: Policies) => compiled({ policies });

async function findingsOf(spec: Partial<TableMap['spec']>): Promise<unknown[]> {
  const { findings } = resolveMap(aMap(spec), await sideSchemas());
  return findings.filter(({ severity }) => severity === 'error').map(({ code, field }) => [code, field]);
}

const file = (policies: string): string => `apiVersion: dualwrite.io/v1
kind: TableMap
metadata: { name: customers }
spec:
  fo: { entity: CustomersV3 }
  dataverse: { table: account }
  company: { fo: dataAreaId, dataverse: msdyn_company }
  key: [{ fo: CustomerAccount, dataverse: accountnumber }]
  policies:
    ${policies}
  fields:
    - { fo: CustomerAccount, dataverse: accountnumber }
`;

describe('policies.delete', () => {
  it('given nothing, then rows go where they may be made, and park elsewhere', async () => {
    const map = await withPolicies({ create: { fo: false } });
    expect(map.deletes).toEqual({ fo: 'park', dataverse: 'delete' });
    expect(map.deactivation).toEqual({});
  });

  it('given true and false, then they mean delete and park', async () => {
    const map = await withPolicies({ delete: { fo: true, dataverse: false } });
    expect(map.deletes).toEqual({ fo: 'delete', dataverse: 'park' });
  });

  it('given deactivate in Dataverse, then its state says inactive, and the state is observed', async () => {
    const map = await withPolicies({ delete: { dataverse: 'deactivate' } });
    expect(map.deletes.dataverse).toBe('deactivate');
    expect(map.deactivation?.dataverse?.patch).toEqual({ statecode: 1, statuscode: 2 });
    expect(map.deactivation?.dataverse?.isShown({ statecode: 1, statuscode: 2 })).toBe(true);
    expect(map.deactivation?.dataverse?.isShown({ statecode: 0, statuscode: 1 })).toBe(false);
    expect(map.columns('dataverse')).toEqual(expect.arrayContaining(['statecode', 'statuscode']));
  });

  it('given a column of F&O, then its value is in the form of F&O, whatever case it was written in', async () => {
    const map = await withPolicies({ delete: { fo: { deactivate: { onholdstatus: 'all' } } } });
    expect(map.deletes.fo).toBe('deactivate');
    expect(map.deactivation?.fo?.patch).toEqual({ OnHoldStatus: 'All' });
  });

  it('given deactivate in F&O without a column, an unknown column or a wrong value, then each is told', async () => {
    expect(await findingsOf({ policies: { delete: { fo: 'deactivate' } } })).toEqual([
      ['deactivate-column', 'spec.policies.delete.fo'],
    ]);
    const both = {
      fo: { deactivate: { Nowhere: 1 } },
      dataverse: { deactivate: { statecode: 'off' } },
    };
    expect(await findingsOf({ policies: { delete: both } })).toEqual([
      ['unknown-column', 'spec.policies.delete.fo.deactivate.Nowhere'],
      ['deactivate-value', 'spec.policies.delete.dataverse.deactivate.statecode'],
    ]);
  });

  it('given a word that is no policy, then its place in the file is told', () => {
    const { findings } = parseMapFile(file('delete: { fo: erase }'), 'x.yaml');
    expect(findings).toMatchObject([
      { code: 'schema', field: 'spec.policies.delete.fo', line: 10, column: 19 },
    ]);
  });
});

describe('the policy last', () => {
  it('given no columns, then the usual ones are taken, and doubt parks', async () => {
    const map = await withPolicies({ conflict: 'last' });
    expect(map.lastChange).toEqual({
      column: { fo: 'ModifiedDateTime', dataverse: 'modifiedon' },
      unknown: 'park',
    });
    expect(map.columns('fo')).toContain('ModifiedDateTime');
    expect(map.columns('dataverse')).toContain('modifiedon');
  });

  it('given a field alone that asks for it, then the columns are there, too', async () => {
    const fields = [{ fo: 'CustomerAccount', dataverse: 'accountnumber', conflict: 'last' as const }];
    const map = await compiled({ fields, policies: { lastChange: { unknown: 'fo-wins' } } });
    expect(map.lastChange?.unknown).toBe('fo-wins');
    expect(map.fields.find((field) => !field.createOnly)?.conflict).toBe('last');
  });

  it('given no policy that asks for it, then nothing is observed for it', async () => {
    const map = await withPolicies({ conflict: 'fo-wins' });
    expect(map.lastChange).toBeUndefined();
    expect(map.columns('fo')).not.toContain('ModifiedDateTime');
  });

  it('given a column that is no moment, or none at all, then it is told where', async () => {
    const lastChange = { fo: 'CustomerAccount', dataverse: 'name' };
    expect(await findingsOf({ policies: { conflict: 'last', lastChange } })).toEqual([
      ['last-change-column', 'spec.policies.lastChange.fo'],
      ['last-change-column', 'spec.policies.lastChange.dataverse'],
    ]);
    const shared = { fo: { entity: 'LegalEntities' }, dataverse: { table: 'cdm_company' } };
    const key = [{ fo: 'LegalEntityId', dataverse: 'cdm_companycode' }];
    const { company: _none, ...spec } = aMap({
      ...shared,
      key,
      fields: key,
      policies: { conflict: 'last' },
    }).spec;
    const { findings } = resolveMap({ ...aMap(), spec }, await sideSchemas());
    expect(findings.map(({ code, field }) => [code, field])).toEqual([
      ['last-change-column', 'spec.policies.lastChange.fo'],
      ['last-change-column', 'spec.policies.lastChange.dataverse'],
    ]);
  });
});

describe('which row a row id belongs to', () => {
  it('given an incarnation of an F&O key or a GUID, then it is told, and a longer key is another row', async () => {
    const { isRowOf } = await compiled();
    expect(isRowOf?.('fo', 'usmf|US-1', 'usmf|US-1#1.7')).toBe(true);
    expect(isRowOf?.('fo', 'usmf|US-1', 'usmf|US-10#1.7')).toBe(false);
    expect(isRowOf?.('dataverse', 'guid-1', 'guid-1')).toBe(true);
    expect(isRowOf?.('dataverse', 'guid-1', 'guid-2')).toBe(false);
  });
});

describe('fo.reference', () => {
  const fo = (reference: string): TableMap['spec']['fo'] => ({ entity: 'CustomersV3', reference });

  it('given a text column of its own, then it is filled on creates, and observed', async () => {
    const map = await compiled({ fo: fo('salesmemo') });
    expect(map.reference).toEqual({ fo: 'SalesMemo' });
    expect(map.columns('fo')).toContain('SalesMemo');
  });

  it('given a column that is too short, of another type, written by a field, or not there, then it is told', async () => {
    const place = 'spec.fo.reference';
    expect(await findingsOf({ fo: fo('CreditLimit') })).toEqual([['reference-column', place]]);
    expect(await findingsOf({ fo: fo('CustomerAccount') })).toEqual([['reference-column', place]]);
    expect(await findingsOf({ fo: fo('Nowhere') })).toEqual([['unknown-column', place]]);
  });
});

describe('tables that do not honour If-Match (class B)', () => {
  const found = async (spec: Partial<TableMap['spec']>, side: 'fo' | 'dataverse' = 'fo') => {
    const { fo, dataverse } = await sideSchemas();
    const classB = (schemas: Iterable<TableSchema>): TableSchema[] =>
      [...schemas].map((schema) => ({ ...schema, isConditional: schema.side !== side }));
    return resolveMap(aMap(spec), { fo: classB(fo), dataverse: classB(dataverse) });
  };
  const oneWay = [{ fo: 'CustomerAccount', dataverse: 'accountnumber', direction: 'to-dataverse' as const }];
  const brief = ({ findings }: { findings: readonly { code: string; severity: string; field: string }[] }) =>
    findings.filter(({ code }) => code === 'class-b').map(({ severity, field }) => [severity, field]);

  it('given fields both ways and no consent, then the map is refused with the remedy', async () => {
    const { map, findings } = await found({});
    expect(map).toBeUndefined();
    expect(brief({ findings })).toEqual([['error', 'spec.policies.classB']]);
    expect(findings[0]?.message).toContain('policies.classB: accept');
  });

  it('given consent, then the map resolves and shows the class of each table', async () => {
    const { map, findings } = await found({ policies: { classB: 'accept' } });
    expect(brief({ findings })).toEqual([]);
    expect([map?.resolved.fo.class, map?.resolved.dataverse.class]).toEqual(['B', 'A']);
  });

  it('given one way only, then writing to it is a warning, and reading from it is nothing', async () => {
    expect(brief(await found({ fields: oneWay }, 'dataverse'))).toEqual([
      ['warning', 'spec.policies.classB'],
    ]);
    expect(brief(await found({ fields: oneWay }, 'fo'))).toEqual([]);
  });
});
