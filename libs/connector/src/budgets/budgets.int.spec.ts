import { Names } from '@dualwrite/events';
import { SideHttp, type CallBudgets, type SideUser } from '@dualwrite/odata';
import { openDatabase, outboxMigration } from '@dualwrite/persistence';
import { Cleanups, eventually, testDatabase } from '@dualwrite/testing';
import type { DataSource } from 'typeorm';
import { ConnectorIdentity } from '../connector-identity';
import { Journal } from '../register/journal';
import { Budgets1700000006000 } from './budget.migration';
import { BudgetShare1700000007000 } from './budget-share.migration';
import { BudgetRunner } from './budget-runner';
import { BudgetStore } from './budget-store';

const user: SideUser = {
  name: 'one',
  token: { bearer: () => Promise.resolve('token'), discard: () => undefined },
};
const limits = { requestCountMax: 100, executionMsMax: null, concurrencyMax: 10, windowMs: 60_000 };

describe('budgets among replicas', () => {
  const cleanups = new Cleanups();
  let database: DataSource;
  let store: BudgetStore;
  beforeAll(async () => {
    const { url, schema, drop } = testDatabase();
    const migrations = [outboxMigration, Budgets1700000006000, BudgetShare1700000007000];
    cleanups.add(drop);
    database = await openDatabase({ url, schema, migrations });
    cleanups.add(() => database.destroy());
    store = new BudgetStore(database);
  });
  afterAll(() => cleanups.run());

  function replica(instance: string): { budgets: CallBudgets; runner: BudgetRunner } {
    const { budgets } = new SideHttp({
      baseUrl: 'http://side.invalid',
      users: [user],
      limits,
      requestDeadlineMs: 1_000,
    });
    const identity = new ConnectorIdentity('dataverse', 'dataverse-connector', instance, new Names('t'), []);
    const runner = new BudgetRunner({
      side: { budgets },
      store,
      journal: new Journal(database, identity),
      identity,
      entitlementRowCountMax: 100,
    });
    runner.start();
    cleanups.add(() => runner.stop());
    return { budgets, runner };
  }

  function call(budgets: CallBudgets, times: number): number {
    for (let count = 0; count < times; count++) {
      const taken = budgets.take('live', 1);
      if (taken instanceof Promise || !('user' in taken)) return count;
      taken.end({ kind: 'reply', status: 200, headers: {}, body: '' });
    }
    return times;
  }

  it('what one has used the other has not; the day is counted over both, and its thresholds are told once', async () => {
    const first = replica('first');
    const second = replica('second');
    expect(call(first.budgets, 70)).toBe(70);
    await eventually(() => second.budgets.report().budgets.length > 0, {
      until: 'the second has heard of the first',
    });
    // Its share grows as it asks and the first does not.
    let usedCount = 0;
    await eventually(() => (usedCount += call(second.budgets, 1_000)) >= 30, {
      until: 'the second has the rest',
    });
    expect(usedCount).toBe(30);
    await eventually(async () => (await store.today())[0]?.rowCount === '100', {
      until: 'the rows of both are counted',
    });
    const codes = await eventually(
      async () => {
        const found = await warnings(database);
        return found.length === 2 ? found : null;
      },
      { until: 'both thresholds are in the journal' },
    );
    expect(codes).toEqual(['entitlement-100', 'entitlement-80']);
    await first.runner.stop();
    await second.runner.stop();
    const heard = await store.exchange('third', {
      askedCount: 0,
      limit: limits.requestCountMax,
      report: () => first.budgets.report(),
    });
    expect(heard).toMatchObject({ share: 1, replicaCount: 1 });
    // Who has left has used what it has used.
    const used = heard.reports.flatMap(({ budgets }) => budgets.map(({ count }) => count));
    expect(used.sort()).toEqual([30, 70]);
    await store.leave('third', first.budgets.report());
  });

  it('two that take at the same moment are never granted more than there is, and what one gives up the other gets', async () => {
    const report = new SideHttp({
      baseUrl: 'http://side.invalid',
      users: [user],
      limits,
      requestDeadlineMs: 1_000,
    }).budgets.report();
    const take = async (asked: readonly number[]): Promise<number[]> => {
      const heard = await Promise.all(
        asked.map((askedCount, index) =>
          store.exchange(`r${index}`, { askedCount, limit: 100, report: () => report }),
        ),
      );
      return heard.map(({ share }) => share);
    };
    const sums: number[] = [];
    let shares: number[] = [];
    // What one has too much goes over in some rounds, a part in each.
    const rounds = (asked: readonly number[]): (readonly number[])[] =>
      Array.from({ length: 15 }, () => asked);
    for (const asked of [...rounds([10, 10, 10]), ...rounds([90, 5, 5]), ...rounds([0, 50, 50])]) {
      shares = await take(asked);
      sums.push(shares.reduce((sum, share) => sum + share, 0));
    }
    expect(Math.max(...sums)).toBeLessThanOrEqual(1.000_001);
    const calls = shares.map((share) => Math.round(100 * share));
    expect(calls.reduce((sum, count) => sum + count, 0)).toBe(100);
    expect(calls[0]).toBe(4);
  });
});

async function warnings(database: DataSource): Promise<string[]> {
  const rows = await database.query<{ value: Buffer }[]>(
    `select value from outbox where topic = 't.journal'`,
  );
  return rows.map(({ value }) => (JSON.parse(value.toString()) as { code: string }).code).sort();
}
