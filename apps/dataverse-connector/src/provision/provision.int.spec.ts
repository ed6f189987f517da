import type { DataverseMetadata } from '@dualwrite/odata';
import type { PlanItem, WantedTable } from '@dualwrite/provision';
import { Provisioner } from './provisioner';
import { newEnvironment, type NewEnvironment } from './testing/new-environment';

const WEBHOOK = {
  url: 'http://127.0.0.1:9/webhooks',
  key: 'a key of twenty characters',
  fingerprint: 'key 1',
};

describe('given a new Dataverse environment, with standard tables only', () => {
  let environment: NewEnvironment;
  let metadata: DataverseMetadata;
  let wanted: readonly WantedTable[];
  let forgottenCount = 0;

  beforeAll(async () => {
    environment = await newEnvironment();
    ({ metadata, wanted } = environment);
  }, 60_000);
  afterAll(() => environment.close());

  const provisioner = (webhook: typeof WEBHOOK | null = WEBHOOK): Provisioner =>
    new Provisioner({ metadata, schemas: { forget: () => void forgottenCount++ }, webhook });

  async function untilProvisioned(webhook: typeof WEBHOOK | null = WEBHOOK): Promise<string[]> {
    const done: string[] = [];
    for (let round = 0; round < 50; round++) {
      const { applied, items } = await provisioner(webhook).apply(wanted);
      expect(applied.filter(({ problem }) => problem !== null)).toEqual([]);
      done.push(...applied.map(({ where }) => where));
      if (items.length === 0) return done;
    }
    throw new Error('still not provisioned');
  }
  const kindsOf = (items: readonly PlanItem[]): string[] =>
    [...new Set(items.map(({ kind }) => kind))].sort();

  it('when it is planned, then every difference is told with what and where, and nothing is changed', async () => {
    const items = await provisioner().plan(wanted);
    expect(kindsOf(items)).toEqual([
      'change-tracking',
      'column',
      'key',
      'lookup',
      'table',
      'webhook',
      'webhook-step',
    ]);
    expect(items.every(({ isOurs, state }) => isOurs && state === 'missing')).toBe(true);
    expect(items).toContainEqual({
      side: 'dataverse',
      kind: 'column',
      where: 'account.msdyn_creditrating',
      what: 'make the text of 255 characters',
      state: 'missing',
      isOurs: true,
      remedy: null,
    });
    expect(await provisioner().plan(wanted)).toEqual(items);
  });

  it('when it is applied, then nothing is left, keys are active, and a second time nothing is done', async () => {
    const done = await untilProvisioned();
    expect(done).toContain('msdyn_vendor');
    expect(done).toContain('account(accountnumber, msdyn_company)');
    expect(forgottenCount).toBeGreaterThan(0);
    expect(await provisioner().plan(wanted)).toEqual([]);
    expect((await provisioner().apply(wanted)).applied).toEqual([]);
    const keys = await metadata.list("EntityDefinitions(LogicalName='account')/Keys");
    expect(keys.map((key) => key['EntityKeyIndexStatus'])).toEqual(['Active']);
  }, 60_000);

  it('given another address and a newer key, then the one endpoint is changed, not a second one made', async () => {
    const moved = {
      url: 'http://127.0.0.1:8/webhooks',
      key: 'a newer key of twenty characters',
      fingerprint: 'key 2',
    };
    expect((await provisioner(moved).plan(wanted)).map(({ kind, state }) => [kind, state])).toEqual([
      ['webhook', 'different'],
    ]);
    expect(await untilProvisioned(moved)).toEqual(['webhook Dualwrite']);
    expect(await metadata.list('serviceendpoints?$select=url')).toEqual([
      expect.objectContaining({ url: moved.url }),
    ]);
    await untilProvisioned();
  });

  it('given a column of another type, then it is told with a remedy, and left alone', async () => {
    const [first] = wanted.filter(({ table }) => table === 'account');
    const column = { name: 'accountnumber', definition: { name: 'accountnumber', type: 'integer' } as const };
    const other = [{ table: 'account', definition: first?.definition ?? null, columns: [column], keys: [] }];
    const { applied, items } = await provisioner(null).apply(other);
    expect(applied).toEqual([]);
    expect(items).toEqual([
      expect.objectContaining({ where: 'account.accountnumber', state: 'different', isOurs: false }),
    ]);
    expect(items[0]?.remedy).toContain('keeps its type');
  });

  it('given a table and a column that nobody has defined, then a person is told what to do', async () => {
    const unknown: WantedTable[] = [
      { table: 'new_unknown', definition: null, columns: [], keys: [] },
      { table: 'contact', definition: null, columns: [{ name: 'new_x', definition: null }], keys: [] },
    ];
    const items = await provisioner(null).plan(unknown);
    expect(items.map(({ where, isOurs }) => [where, isOurs])).toEqual([
      ['new_unknown', false],
      ['contact.new_x', false],
    ]);
    expect(items.every(({ remedy }) => remedy !== null)).toBe(true);
  });
});
