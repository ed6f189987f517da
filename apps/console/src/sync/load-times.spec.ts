import type { InternalClient } from '@dualwrite/service';
import { LoadTimer, type SideWork } from './load-times';

const asked: string[] = [];

beforeEach(() => {
  asked.length = 0;
});

function connector(answer: { together: number; oneByOne: number } | null): InternalClient {
  return {
    request: <T>(path: string) => {
      asked.push(path);
      const told = answer && {
        together: { seconds: answer.together },
        oneByOne: { seconds: answer.oneByOne },
      };
      return Promise.resolve(told as T);
    },
  };
}

const work = (table: string, change: Partial<SideWork> = {}): SideWork => ({
  table,
  rows: 2_500,
  creates: 0,
  updates: 7,
  ...change,
});

describe('LoadTimer', () => {
  it('given two sides, then it asks both for their part and goes by the slower one', async () => {
    const timer = new LoadTimer({
      fo: connector({ together: 12.2, oneByOne: 12.2 }),
      dataverse: connector({ together: 3, oneByOne: 40.1 }),
    });
    expect(
      await timer.secondsOf({ fo: work('CustomersV3'), dataverse: work('account', { creates: 400 }) }),
    ).toEqual({ low: 13, high: 41 });
    expect(asked).toEqual([
      '/budgets/prediction?table=CustomersV3&creates=0&updates=7&reads=3',
      '/budgets/prediction?table=account&creates=400&updates=7&reads=3',
    ]);
  });

  it('given a side without budgets, then the other one alone counts', async () => {
    const timer = new LoadTimer({ fo: connector(null), dataverse: connector({ together: 3, oneByOne: 4 }) });
    expect(await timer.secondsOf({ fo: work('CustomersV3'), dataverse: work('account') })).toEqual({
      low: 3,
      high: 4,
    });
  });
});
