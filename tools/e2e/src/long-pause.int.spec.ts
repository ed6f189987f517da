import { Names, topicConfig, type Side } from '@dualwrite/events';
import { KafkaLink } from '@dualwrite/kafka';
import { accountOf, customersOf, FO_CUSTOMERS, type Customer } from './customers';
import { eventually } from './eventually';
import { startStack, type RunningStack } from './running-stack';
import { inLanes } from './there-and-back.suite';

const MAP = 'customersv3-accounts';
const names = new Names();
const TOPICS = [names.observations('fo', 'CustomersV3'), names.observations('dataverse', 'account')];
const EIGHT_DAYS_S = 8 * 86_400;
/** The cleaner looks every 15 s, and each segment has to be rolled by a record that comes after it. */
const COMPACTION_DEADLINE_MS = 90_000;

/**
 * A map may be paused for as long as anybody likes: meanwhile its topics are compacted, its group's offsets are
 * forgotten (as by an empty group after 7 days), and Dataverse's change tokens expire.
 */
describe('given a map that is paused for very long', () => {
  let stack: RunningStack;
  let link: KafkaLink;
  let customers: readonly Customer[];

  beforeAll(async () => {
    stack = await startStack({ env: { SWEEP_INTERVAL_MS: '2000' } });
    link = new KafkaLink({ brokers: (await stack.file()).kafka.brokers, clientId: 'e2e' });
    customers = await customersOf(stack);
  }, 180_000);
  afterAll(async () => {
    await link?.close();
    await stack?.stop();
  }, 60_000);

  const customer = (index: number): Customer => {
    const found = customers[index];
    if (found === undefined) throw new Error(`there are only ${customers.length} customers`);
    return found;
  };
  const ends = async () => Promise.all(TOPICS.map((topic) => link.admin.topicOffsets(topic)));
  const recordCount = async () => (await ends()).flat().reduce((sum, { high }) => sum + Number(high), 0);
  const keptCount = async () => {
    let count = 0;
    await link.readToEnd({ topics: TOPICS, groupPrefix: 'e2e.kept' }, ({ records }) => {
      count += records.length;
      return Promise.resolve();
    });
    return count;
  };
  /** Edits these customers on both sides, each in a field of its own, and waits until the connectors have seen it. */
  const edit = async (some: readonly Customer[], text: string): Promise<void> => {
    const before = await recordCount();
    await inLanes(some, 4, async (one) => {
      await stack.person.patch('fo', one.path.fo, { SalesMemo: `${text} memo` });
      await stack.person.patch('dataverse', one.path.dataverse, { address1_city: `${text} city` });
    });
    await eventually(async () => (await recordCount()) >= before + 2 * some.length, {
      what: `${2 * some.length} edits are observed`,
      deadlineMs: 40_000,
    });
  };

  it('when it is resumed, then both sides get in step, and nothing that anybody did meanwhile is lost', async () => {
    await stack.untilInStep();
    await stack.dw.act('pause', MAP);
    const compactAtOnce = {
      ...topicConfig('observations'),
      'min.compaction.lag.ms': '0',
      'max.compaction.lag.ms': '1000',
      'segment.ms': '200',
      'min.cleanable.dirty.ratio': '0.01',
    };
    for (const topic of TOPICS) await link.admin.configureTopic(topic, compactAtOnce);

    const edited = customers.slice(0, 20);
    for (const round of ['first', 'second']) await edit(edited, round);
    await (await stack.sandbox('dataverse')).advanceClock(EIGHT_DAYS_S);
    const deletedIn: Readonly<Record<Side, Customer>> = { fo: customer(30), dataverse: customer(31) };
    for (const side of ['fo', 'dataverse'] as const) {
      await stack.person.delete(side, deletedIn[side].path[side]);
    }
    const like = await stack.person.get('fo', customer(0).path.fo);
    await stack.person.post('fo', `${FO_CUSTOMERS}?cross-company=true`, {
      dataAreaId: customer(0).company,
      CustomerAccount: 'PAUSED-1',
      OrganizationName: 'Made while paused',
      PartyType: 'Organization',
      CustomerGroupId: like['CustomerGroupId'],
      SalesCurrencyCode: like['SalesCurrencyCode'],
    });
    await edit(edited, 'last');
    expect(await stack.log()).toContain('feed.delta_expired');

    await eventually(async () => (await keptCount()) < (await recordCount()) - edited.length, {
      what: 'the topics are compacted',
      deadlineMs: COMPACTION_DEADLINE_MS,
    });
    await link.admin.deleteGroup(names.mapGroup(MAP));

    await stack.dw.act('resume', MAP);
    await stack.untilInStep({ deadlineMs: 90_000 });
    for (const one of edited) {
      const account = await stack.person.get('dataverse', one.path.dataverse);
      const row = await stack.person.get('fo', one.path.fo);
      expect([account['description'], row['SalesMemo']]).toEqual(['last memo', 'last memo']);
      expect(account['address1_city']).toBe('last city');
    }
    for (const one of Object.values(deletedIn)) {
      for (const side of ['fo', 'dataverse'] as const) {
        expect((await stack.person.send(side, 'GET', one.path[side])).status).toBe(404);
      }
    }
    expect((await accountOf(stack, 'PAUSED-1'))['name']).toBe('Made while paused');
    expect((await stack.dw.status()).find(({ name }) => name === MAP)).toMatchObject({
      parked: 0,
      waiting: 0,
    });
  }, 300_000);
});
