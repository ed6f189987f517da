import type { Side } from '@dualwrite/events';
import type { FreshRow } from '@dualwrite/proof';
import { lookOf } from '../testing/look-of';
import { aStoredMap } from '../testing/stored-map';
import type { SideWork } from './load-times';
import { SyncPlanner } from './sync-plan';

const unit = (code: string, name: string): FreshRow => ({
  nativeId: code.toLowerCase(),
  version: 'f',
  cells: { Code: code, Name: name },
});

const asked: Readonly<Record<Side, SideWork>>[] = [];

beforeEach(() => {
  asked.length = 0;
});

function planner(rows: Readonly<Record<Side, readonly FreshRow[]>>): SyncPlanner {
  return new SyncPlanner({
    maps: () => Promise.resolve([aStoredMap()]),
    states: () => Promise.resolve(new Map([['units', 'stopped']])),
    looking: lookOf(rows),
    timer: {
      secondsOf: (work) => {
        asked.push(work);
        return Promise.resolve({ low: 20, high: 60 });
      },
    },
  });
}

describe('SyncPlanner', () => {
  it('given rows of one side only, then they are counted as creates, with the time that the sides take for them', async () => {
    const fo = Array.from({ length: 400 }, (_, index) => unit(`U${index}`, 'Unit'));
    expect(await planner({ fo, dataverse: [] }).plan([])).toMatchObject({
      maps: [
        {
          name: 'units',
          state: 'stopped',
          wave: 1,
          rows: { fo: 400, dataverse: 0 },
          creates: { fo: 0, dataverse: 400 },
          seconds: { low: 20, high: 60 },
        },
      ],
      seconds: { low: 20, high: 60 },
      problemCount: 0,
    });
    expect(asked).toEqual([
      {
        fo: { table: 'Units', rows: 400, creates: 0, updates: 0 },
        dataverse: { table: 'unit', rows: 0, creates: 400, updates: 0 },
      },
    ]);
  });

  it('given a value that is too long for the other side, then the problem is grouped, and nothing of it is written', async () => {
    const plan = await planner({ fo: [unit('KG', 'K'.repeat(61))], dataverse: [] }).plan(['units']);
    expect(plan).toMatchObject({
      maps: [
        {
          parked: 1,
          creates: { dataverse: 0 },
          problems: [{ side: 'dataverse', field: 'Name=name', rowCount: 1 }],
        },
      ],
      problemCount: 1,
    });
  });

  it('given the name of no map, then 404', async () => {
    await expect(planner({ fo: [], dataverse: [] }).plan(['nobody'])).rejects.toMatchObject({ status: 404 });
  });
});
