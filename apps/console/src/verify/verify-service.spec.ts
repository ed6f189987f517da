import type { Side } from '@dualwrite/events';
import type { FreshRow } from '@dualwrite/proof';
import { lookOf } from '../testing/look-of';
import { aStoredMap } from '../testing/stored-map';
import { VerifyService, type VerifySources } from './verify-service';

/** Each look sees the next of these names in Dataverse, the last one from then on. */
function service(names: readonly string[], more: Partial<VerifySources> & { state?: string } = {}) {
  const { state = 'running', ...sources } = more;
  let looks = 0;
  return new VerifyService({
    maps: () => Promise.resolve([aStoredMap()]),
    states: () => Promise.resolve(new Map([['units', state]])),
    looking: (maps, use) => {
      const name = names[Math.min(looks, names.length - 1)] ?? '';
      looks += 1;
      const rows: Record<Side, readonly FreshRow[]> = {
        fo: [{ nativeId: 'kg', version: 'f', cells: { Code: 'KG', Name: 'Kilogram' } }],
        dataverse: [{ nativeId: 'd1', version: 'd', cells: { unitid: 'd1', code: 'KG', name } }],
      };
      return lookOf(rows)(maps, use);
    },
    asides: (_, differences) => Promise.resolve(differences.map(() => null)),
    lookAgainAfterMs: 0,
    ...sources,
  });
}

describe('VerifyService', () => {
  it('given the same on both sides, then one look says so', async () => {
    expect(await service(['Kilogram']).verify([])).toMatchObject({
      looks: 1,
      maps: [{ name: 'units', rows: { fo: 1, dataverse: 1 }, differenceCount: 0 }],
      differenceCount: 0,
      byKind: {},
      differences: [],
    });
  });

  it('given a change on its way, then the second look does not find it any more', async () => {
    expect(await service(['Kilo', 'Kilogram']).verify([])).toMatchObject({ looks: 2, differenceCount: 0 });
  });

  it('given a difference that stays, then it is told with both values, and why the map leaves it', async () => {
    const asides = () => Promise.resolve(['parked: rejected']);
    expect(await service(['Kilo'], { asides }).verify(['units'])).toMatchObject({
      looks: 3,
      differenceCount: 1,
      byKind: { different: 1 },
      differences: [
        {
          kind: 'different',
          map: 'units',
          field: 'Name=name',
          rows: { fo: 'kg', dataverse: 'd1' },
          values: { fo: 'Kilogram', dataverse: 'Kilo' },
          aside: 'parked: rejected',
        },
      ],
    });
  });

  it('given a map that does not run, then it is compared all the same', async () => {
    expect(await service(['Kilo'], { state: 'stopped' }).verify([])).toMatchObject({
      differenceCount: 1,
      maps: [{ state: 'stopped' }],
    });
  });

  it('given the name of no map, then 404', async () => {
    await expect(service(['Kilogram']).verify(['nobody'])).rejects.toMatchObject({ status: 404 });
  });
});
