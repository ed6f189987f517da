import type { Names, Side } from '@dualwrite/events';
import { Leases } from '@dualwrite/persistence';
import type { FreshRow, PairView } from '@dualwrite/proof';
import { eventually, testBroker, testDatabase } from '@dualwrite/testing';
import type { DataSource } from 'typeorm';
import { openConsoleDatabase } from '../database';
import type { FreshRows } from '../looks/fresh-rows';
import { aStoredMap } from '../testing/stored-map';
import { isOf } from '../verify/row-evidence';
import { RollingKeeper } from './rolling-keeper';
import { RollingService } from './rolling.service';
import { RollingStore } from './rolling-store';

const RATE = 100_000;

/** Two units on both sides; the mapper knows which belongs to which. */
class Sides {
  readonly rows: Record<Side, FreshRow[]> = {
    fo: [foRow('KG', 'Kilogram'), foRow('LB', 'Pound')],
    dataverse: [dataverseRow('KG', 'Kilogram'), dataverseRow('LB', 'Pound')],
  };
  pageCount = 0;

  get fresh(): FreshRows {
    const fresh: Pick<FreshRows, 'page' | 'byIds' | 'lookedUp'> = {
      page: (side, _, { cursor }) => {
        this.pageCount += 1;
        const at = Number(cursor ?? 0);
        const rows = this.rows[side].slice(at, at + 1);
        return Promise.resolve({
          rows,
          nextCursor: at + 1 < this.rows[side].length ? String(at + 1) : null,
        });
      },
      byIds: (side, _, ids) =>
        Promise.resolve(
          new Map(
            this.rows[side]
              .filter(({ nativeId }) => ids.includes(nativeId))
              .map((row) => [row.nativeId, row]),
          ),
        ),
      lookedUp: () => Promise.resolve([]),
    };
    return fresh as FreshRows;
  }
}

describe('the rolling verify', () => {
  const { names }: { names: Names } = testBroker();
  const { url, schema, drop } = testDatabase();
  const told: { map: string; count: number }[] = [];
  let sides: Sides;
  let database: DataSource;
  let store: RollingStore;
  let service: RollingService;
  let keeper: RollingKeeper | undefined;

  beforeAll(async () => {
    database = await openConsoleDatabase(url, schema);
    store = new RollingStore(database, names);
    service = new RollingService(store, RATE);
  });
  beforeEach(() => {
    sides = new Sides();
  });
  afterEach(async () => {
    await keeper?.stop();
    for (const table of ['rolling_difference', 'rolling_verify', 'outbox'])
      await database.query(`DELETE FROM ${table}`);
    told.splice(0);
  });
  afterAll(async () => {
    await database.destroy();
    await drop();
  });

  it('given a difference that stays, then it is told, with the last full round; mended, it goes by itself', async () => {
    sides.rows.dataverse[0] = dataverseRow('KG', 'Kilo');
    start();
    await eventually(async () => (await view()).differenceCount === 1);
    await eventually(async () => (await view()).lastRound !== null);
    expect(await service.get('units')).toMatchObject({
      rowsPerMinute: RATE,
      unexplainedCount: 1,
      lastRound: { rowCount: 8 },
      differences: [
        { kind: 'different', key: 'KG', field: 'Name=name', values: { fo: 'Kilogram', dataverse: 'Kilo' } },
      ],
    });
    await eventually(() => told.some(({ map, count }) => map === 'units' && count === 1));
    expect(await journalled()).toEqual(['verify-differs']);

    sides.rows.dataverse[0] = dataverseRow('KG', 'Kilogram');
    await eventually(async () => (await view()).differenceCount === 0);
    await eventually(() => told.at(-1)?.count === 0);
  });

  it('given a row that only one side has, then both rounds agree on it; gone, the next round forgets it', async () => {
    sides.rows.dataverse.push(dataverseRow('M', 'Metre'));
    start();
    await eventually(async () => (await view()).differenceCount === 1);
    expect((await service.get('units')).differences).toMatchObject([{ kind: 'extra', key: 'M' }]);
    sides.rows.dataverse.pop();
    await eventually(async () => (await view()).differenceCount === 0);
  });

  it('given a change on its way, then the second look does not find it, and nothing is told', async () => {
    sides.rows.dataverse[0] = dataverseRow('KG', 'Kilo');
    const isSuspected = async () =>
      (await database.query<unknown[]>('SELECT 1 FROM rolling_difference')).length > 0;
    start({ secondLookAfterMs: 300 });
    await eventually(isSuspected);
    sides.rows.dataverse[0] = dataverseRow('KG', 'Kilogram');
    await eventually(async () => !(await isSuspected()));
    expect(await journalled()).toEqual([]);
    expect(told.filter(({ count }) => count > 0)).toEqual([]);
  });

  it('given a budget of its own, then a map reads no more than that; with none it rests', async () => {
    await service.setRate('units', 0);
    start();
    await eventually(async () => (await database.query<unknown[]>(`SELECT 1 FROM lease`)).length > 0);
    expect((await view()).rowsPerMinute).toBe(0);
    await service.setRate('units', 6);
    await eventually(() => sides.pageCount > 0);
    // One row and its partner are twenty seconds' worth.
    await eventually(async () => (await view()).round?.rowCount === 2);
    expect(sides.pageCount).toBe(1);
  });

  it('given a console that was ended in a round, then the next one goes on where it was', async () => {
    await store.goOn('units', { round: 7, startedAtMs: 0, side: 'dataverse', cursor: '1', rowCount: 6 });
    start();
    await eventually(async () => (await view()).lastRound !== null);
    expect((await view()).lastRound).toMatchObject({ rowCount: 8 });
  });

  const view = async () => {
    const [document] = await service.list(['units']);
    if (!document) throw new Error('a map has a view');
    return document;
  };
  const journalled = async (): Promise<string[]> => {
    const rows = await database.query<{ value: Buffer }[]>('SELECT value FROM outbox ORDER BY 1');
    return rows.map(({ value }) => (JSON.parse(value.toString()) as { event: string }).event);
  };
  function start(more: { secondLookAfterMs?: number } = {}): void {
    keeper = new RollingKeeper({
      ...{ store, leases: new Leases(database), rowsPerMinute: RATE, tickMs: 10, secondLookAfterMs: 20 },
      told: {
        tell: (maps) => {
          told.push(...maps);
          return Promise.resolve();
        },
      },
      freshRows: () => sides.fresh,
      pairs: (_, rows) =>
        Promise.resolve(['KG', 'LB'].map(pairOf).filter((pair) => rows.some((row) => isOf(pair, row)))),
      runningMaps: () => Promise.resolve([aStoredMap()]),
      ...more,
    });
    keeper.start();
  }
});

function foRow(code: string, name: string): FreshRow {
  return { nativeId: code, version: '1', cells: { Code: code, Name: name } };
}

function dataverseRow(code: string, name: string): FreshRow {
  return { nativeId: `d-${code}`, version: '1', cells: { unitid: `d-${code}`, code, name } };
}

function pairOf(code: string): PairView {
  const row = (nativeId: string) => ({ nativeId, rowId: nativeId, version: '1' });
  return {
    ...{ pairId: code, key: code, verdict: 'unchanged', parks: [], open: 0 },
    rows: { fo: row(code), dataverse: row(`d-${code}`) },
    ended: { fo: [], dataverse: [] },
  };
}
