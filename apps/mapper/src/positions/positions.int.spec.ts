import { eventually, testBroker, testDatabase } from '@dualwrite/testing';
import { customersRecord, MAP } from '../testing/customers-map';
import { MapperHarness, type Replica } from '../testing/mapper-harness';
import { companyRow, customer, groupRow } from '../testing/observations';

jest.setTimeout(120_000);

/** Every time that it is handled, a record that does not decode is told of in the journal: so handlings can be counted. */
describe('given a group whose offsets were lost or moved while its map was not planned (architecture 6)', () => {
  let harness: MapperHarness;
  let replica: Replica;
  let topic: string;
  let group: string;

  beforeEach(async () => {
    harness = await MapperHarness.start(
      { broker: testBroker(), database: testDatabase(), eventually },
      customersRecord(),
    );
    topic = harness.names.observations('fo', 'CustomersV3');
    group = harness.names.mapGroup(MAP);
    await harness.observe(companyRow(), groupRow());
    replica = await harness.replica();
    await garbage();
    await handledCount(1);
    await harness.settled(MAP);
    await replica.stop();
  });
  afterEach(() => harness.close());

  const garbage = () =>
    harness.publish(topic, 'usmf|P-1', {
      value: Buffer.from('{'),
      headers: { contract: 'observation', version: '1' },
    });
  const handledCount = (count: number) =>
    eventually(() => harness.journal.filter(({ event }) => event === 'undecodable').length === count, {
      deadlineMs: 30_000,
    });
  /** Whatever was behind the group is handled before this row, which has the same key and so the same partition. */
  const restart = async () => {
    replica = await harness.replica();
    await harness.observe(customer('P-1'));
    await eventually(
      async () => (await harness.query(`select 1 from pair where key = 'usmf/P-1'`)).length === 1,
      {
        deadlineMs: 30_000,
      },
    );
    await harness.settled(MAP);
  };
  const toldOf = (event: string) => harness.journal.filter((entry) => entry.event === event);
  const move = async (offset: (high: string) => string) => {
    const partitions = await harness.link.admin.topicOffsets(topic);
    const moved = partitions.map(({ partition, high }) => ({ partition, offset: offset(high) }));
    await eventually(async () => {
      await harness.link.admin.setGroupOffsets(group, topic, moved);
      return true;
    });
  };

  it('when they were moved back, then that is a replay, and it is obeyed', async () => {
    await move(() => '0');
    await restart();
    await handledCount(2);
    expect(toldOf('position-restored')).toEqual([]);
  });

  it('when they are missing, then the group goes on where Postgres stands', async () => {
    await eventually(async () => {
      await harness.link.admin.deleteGroup(group);
      return true;
    });
    await restart();
    expect(toldOf('undecodable')).toHaveLength(1);
    expect(toldOf('position-restored')).toEqual([]);
  });

  it('when they stand ahead, then Postgres wins: what a tool has skipped is handled, and the journal says so', async () => {
    await garbage();
    await move((high) => high);
    await restart();
    await handledCount(2);
    await eventually(() => toldOf('position-restored').length === 1);
  });
});
