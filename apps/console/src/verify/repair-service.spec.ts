import type { Cells, Side } from '@dualwrite/events';
import type { FreshRow, PairView } from '@dualwrite/proof';
import type { MapperClient } from '../mapper-client';
import type { FreshRows } from '../looks/fresh-rows';
import { RepairService } from './repair-service';
import type { ReportedRow } from './row-evidence';
import { aStoredMap } from '../testing/stored-map';

const REPORTED: ReportedRow = {
  map: 'units',
  key: 'kg',
  rows: { fo: 'kg', dataverse: 'd1' },
  fields: ['Name=name'],
};

/** Both sides, the mapper's pair, and what the mapper is asked for. */
class World {
  names: Record<Side, string> = { fo: 'Kilogram', dataverse: 'Kilo' };
  pair: PairView = {
    pairId: 'p1',
    key: 'kg',
    verdict: 'unchanged',
    parks: [],
    open: 0,
    rows: { fo: { nativeId: 'kg', version: 'v' }, dataverse: { nativeId: 'd1', version: 'v' } },
    ended: { fo: [], dataverse: [] },
  };
  readonly asked: string[] = [];
  onLook = (): void => undefined;
  onRun = (): void => undefined;

  readonly service = new RepairService({
    maps: () => Promise.resolve([aStoredMap()]),
    settleMs: 50,
    lookEveryMs: 1,
    freshRows: () =>
      ({
        lookedUp: () => Promise.resolve([]),
        byIds: (side: Side, _: string, ids: readonly string[]) =>
          Promise.resolve(new Map(ids.map((id) => [id, this.row(side, id)]))),
      }) as unknown as FreshRows,
    mapper: {
      ask: (_: string, path: string) => {
        if (path !== 'repairs/pairs') this.asked.push(path);
        if (path === 'repairs/look') this.onLook();
        if (path === 'repairs/run') this.onRun();
        const writes = [{ side: 'dataverse', kind: 'update', nativeId: 'd1', patch: { name: 'Kilogram' } }];
        return Promise.resolve({ pairs: [this.pair], rows: [{ writes, parks: [] }] });
      },
    } as unknown as MapperClient,
  });

  private row(side: Side, nativeId: string): FreshRow {
    const name = this.names[side];
    const cells: Cells = side === 'fo' ? { Code: 'KG', Name: name } : { unitid: nativeId, code: 'KG', name };
    return { nativeId, version: 'v', cells };
  }
}

describe('RepairService', () => {
  it('given rows that are the same by now, then nothing is asked for', async () => {
    const world = new World();
    world.names.dataverse = 'Kilogram';
    expect(await world.service.repair([REPORTED], { preview: false })).toMatchObject([{ outcome: 'equal' }]);
    expect(world.asked).toEqual([]);
  });

  it('given a preview, then what would be written is told, and nothing is asked for but that', async () => {
    const world = new World();
    expect(await world.service.repair([REPORTED], { preview: true })).toMatchObject([
      { outcome: 'planned', writes: [{ side: 'dataverse', patch: { name: 'Kilogram' } }] },
    ]);
    expect(world.asked).toEqual(['repairs/preview']);
  });

  it('given rows that looking at mends, then no agreement is given up', async () => {
    const world = new World();
    world.onLook = () => (world.names.dataverse = 'Kilogram');
    expect(await world.service.repair([REPORTED], { preview: false })).toMatchObject([{ outcome: 'mended' }]);
    expect(world.asked).toEqual(['repairs/look']);
  });

  it('given values that were agreed on, when looking again changes nothing, then the fields meet anew', async () => {
    const world = new World();
    world.onRun = () => (world.names.dataverse = 'Kilogram');
    expect(await world.service.repair([REPORTED], { preview: false })).toMatchObject([{ outcome: 'mended' }]);
    expect(world.asked).toEqual(['repairs/look', 'repairs/run']);
  });

  it('given a row that the map has set aside, then it is left, and the reason is told', async () => {
    const world = new World();
    world.pair = { ...world.pair, parks: ['rejected'], verdict: 'parked' };
    expect(await world.service.repair([REPORTED], { preview: false })).toMatchObject([
      { outcome: 'aside', text: 'parked: rejected' },
    ]);
    expect(world.asked).toEqual(['repairs/look']);
  });

  it('given a row that nothing mends, then it says what is still different', async () => {
    expect(await new World().service.repair([REPORTED], { preview: false })).toMatchObject([
      { outcome: 'different', text: 'different: Name=name' },
    ]);
  });

  it('given a report of a map that is no more, then 404', async () => {
    const repair = new World().service.repair([{ ...REPORTED, map: 'nobody' }], { preview: false });
    await expect(repair).rejects.toMatchObject({ status: 404 });
  });
});
