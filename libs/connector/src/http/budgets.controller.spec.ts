import type { LoadPrediction } from '@dualwrite/odata';
import type { BudgetStore } from '../budgets/budget-store';
import type { SidePort } from '../side-port';
import { BudgetsController } from './budgets.controller';

/** A side that takes ten calls a second. */
function controllerOf({ createCountMax }: { createCountMax: number }): BudgetsController {
  const predict = ({ rowCount }: { rowCount: number }): LoadPrediction => ({
    seconds: rowCount / 10,
    callsPerSecond: 10,
    limitedBy: 'requests',
  });
  const side = { budgets: { predict }, createCountMax: () => createCountMax } as unknown as SidePort;
  return new BudgetsController(side, {} as BudgetStore, 16);
}

describe('how long a load would take', () => {
  it('given a side that creates many rows in one request, then both forms are told', () => {
    expect(controllerOf({ createCountMax: 100 }).predict('account', '1000', '20', '10')).toMatchObject({
      together: { seconds: 5 },
      oneByOne: { seconds: 103 },
    });
  });

  it('given a side that creates one by one, then both forms are the same', () => {
    expect(controllerOf({ createCountMax: 0 }).predict('CustomersV3', '1000')).toMatchObject({
      together: { seconds: 100 },
      oneByOne: { seconds: 100 },
    });
  });

  it.each(['-1', '1.5', 'many', '1234567890123'])(
    'given %s creates, then it says what is wanted',
    (creates) => {
      expect(() => controllerOf({ createCountMax: 0 }).predict('account', creates)).toThrow(
        'creates must be a whole number',
      );
    },
  );
});
