import { randomUUID } from 'node:crypto';
import { eventually, testBroker, testDatabase } from '@dualwrite/testing';
import type { Observation, Write, WriteResult } from '@dualwrite/events';
import { customersRecord, MAP } from '../testing/customers-map';
import { MapperHarness, type Replica } from '../testing/mapper-harness';
import { account, COMPANY_ID, companyRow, customer, groupRow } from '../testing/observations';
import { Calls, type AskedCall } from './calls';

jest.setTimeout(90_000);

const WAIT_MS = 10_000;

/** The answer of a connector. */
function answer(write: Write, row: Observation, result: WriteResult): Observation {
  return { ...row, results: { [write.id]: result }, last: { [write.pairId]: write.intent } };
}

describe('given a pair in step and callers who wait', () => {
  let harness: MapperHarness;
  let replica: Replica;
  let other: Replica;
  const accountId = randomUUID();
  let calls: Calls;
  let waiter: Calls;

  beforeAll(async () => {
    const kit = { broker: testBroker(), database: testDatabase(), eventually };
    harness = await MapperHarness.start(kit, customersRecord());
    replica = await harness.replica();
    other = await harness.replica();
    calls = replica.app.get(Calls);
    waiter = other.app.get(Calls);
    await harness.observe(companyRow(), groupRow(), customer('C-1'), account(accountId, 'C-1'));
    await harness.cover('fo', 'dataverse');
    await harness.settled(MAP);
    await eventually(async () => (await verdictNow()) === 'unchanged');
  });
  afterAll(() => harness.close());

  const verdictOf = async (nativeId: string) =>
    (
      await harness.query<{ verdict: string }>(
        `select verdict from pair join pair_row using (pair_id) where native_id = $1`,
        [nativeId],
      )
    )[0]?.verdict;
  const verdictNow = () => verdictOf(accountId);

  const aCall = (cells: AskedCall['cells']): AskedCall => ({
    id: randomUUID(),
    side: 'dataverse',
    row: accountId,
    cells,
    saw: {},
    onlyMapped: true,
    savedWithinMs: 60_000,
    traceparent: '',
  });

  const make = async (asked: AskedCall): Promise<void> => {
    const made = await eventually(async () => {
      const one = await calls.make(MAP, asked);
      return one.kind === 'made' && one;
    });
    expect(made.call).toMatchObject({ id: asked.id, outcome: null });
  };

  const lastWrite = (patch: object) =>
    eventually(() => harness.writes.find((write) => write.side === 'fo' && isSame(write.patch, patch)));

  it('when the target takes the edit, then whoever waits at any replica is told, and the save itself writes nothing', async () => {
    const asked = aCall({ name: 'Nordwind', accountnumber: 'C-1' });
    await make(asked);
    const waiting = waiter.wait(asked.id, WAIT_MS);
    const write = await lastWrite({ OrganizationName: 'Nordwind' });
    await harness.observe(
      answer(write, customer('C-1', { OrganizationName: 'Nordwind' }), { outcome: 'applied' }),
    );
    expect(await waiting).toMatchObject({ outcome: 'applied', shown: { OrganizationName: 'Nordwind' } });
    await harness.settled(MAP);
    expect(await verdictNow()).toBe('waiting');

    const before = harness.writes.length;
    await harness.observe(account(accountId, 'C-1', { name: 'Nordwind' }));
    await eventually(async () => (await verdictNow()) === 'unchanged');
    await harness.settled(MAP);
    expect(harness.writes).toHaveLength(before);
    expect(await harness.query(`select 1 from due`)).toEqual([]);
  });

  it('when the target refuses, then its code and words are told, and nothing is parked', async () => {
    const asked = aCall({ creditlimit: '99' });
    await make(asked);
    const write = await lastWrite({ CreditLimit: '99' });
    const refusal = { outcome: 'rejected', code: 'credit', text: 'over the limit' } as const;
    await harness.observe(answer(write, customer('C-1', { OrganizationName: 'Nordwind' }), refusal));
    expect(await waiter.wait(asked.id, WAIT_MS)).toMatchObject({
      outcome: 'rejected',
      by: 'fo',
      code: 'credit',
      text: 'over the limit',
    });
    expect(await verdictNow()).toBe('unchanged');
  });

  it('when it is given up before it was planned, then it is never planned', async () => {
    const asked = aCall({ creditlimit: '111' });
    // Somebody else holds the pair, so that the call cannot be planned yet.
    const holder = other.database.createQueryRunner();
    await holder.startTransaction();
    await holder.query(`select 1 from pair where map = $1 for update`, [MAP]);
    const making = calls.make(MAP, asked);
    await eventually(
      async () =>
        (
          await harness.query(
            `select 1 from pg_stat_activity where starts_with(application_name, $1) and wait_event_type = 'Lock'`,
            [`dualwrite ${harness.schema}`],
          )
        ).length > 0,
    );
    const givingUp = waiter.giveUp(MAP, asked.id);
    await holder.rollbackTransaction();
    await holder.release();
    const [made, given] = await Promise.all([making, givingUp]);
    const isStopped = given.call.outcome === 'abandoned';
    // Whoever came first: stopped for good, or planned with a write that its executor can still stop.
    expect(isStopped ? given.write : given.write?.side).toBe(isStopped ? null : 'fo');
    expect(made.kind).toBe('made');
    if (!isStopped && given.write) {
      const write = await lastWrite({ CreditLimit: '111' });
      const stopped = { outcome: 'withheld', code: 'abandoned' } as const;
      await harness.observe(answer(write, customer('C-1', { OrganizationName: 'Nordwind' }), stopped));
    }
    expect(await waiter.wait(asked.id, WAIT_MS)).toMatchObject({ outcome: 'abandoned' });
    await harness.settled(MAP);
    const planned = harness.writes.filter(({ patch }) => patch['CreditLimit'] === '111');
    expect(planned).toHaveLength(isStopped ? 0 : 1);
  });

  it('when it is given up after it was planned, then the write is named, and its end settles the call', async () => {
    const asked = aCall({ creditlimit: '222' });
    await make(asked);
    const write = await lastWrite({ CreditLimit: '222' });
    const given = await waiter.giveUp(MAP, asked.id);
    expect(given).toMatchObject({
      call: { outcome: null },
      write: { id: write.id, side: 'fo', nativeId: 'usmf|C-1' },
    });
    // It was begun all the same, and its answer comes late.
    await harness.observe(
      answer(write, customer('C-1', { OrganizationName: 'Nordwind', CreditLimit: '222' }), {
        outcome: 'applied',
      }),
    );
    expect(await waiter.wait(asked.id, WAIT_MS)).toMatchObject({ outcome: 'applied' });
    await harness.observe(account(accountId, 'C-1', { name: 'Nordwind', creditlimit: '222' }));
    await eventually(async () => (await verdictNow()) === 'unchanged');
  });

  it('when the save that asks is our own write, then nothing is asked', async () => {
    await harness.observe(customer('C-1', { OrganizationName: 'Ours', CreditLimit: '222' }));
    const write = await eventually(() =>
      harness.writes.find((one) => one.side === 'dataverse' && one.patch['name'] === 'Ours'),
    );
    expect(await calls.make(MAP, aCall({ name: 'Ours' }))).toEqual({ kind: 'nothing-travels' });
    expect(await calls.make(MAP, aCall({ name: 'Theirs' }))).toMatchObject({
      call: { outcome: 'rejected', code: 'busy' },
    });
    const saved = account(accountId, 'C-1', { name: 'Ours', creditlimit: '222' });
    await harness.observe(answer(write, saved, { outcome: 'applied' }));
    await harness.settled(MAP);
  });

  it('when it is given up before it has arrived, then it is never planned', async () => {
    const asked = aCall({ creditlimit: '333' });
    expect(await waiter.giveUp(MAP, asked.id)).toMatchObject({ call: { outcome: 'abandoned' }, write: null });
    expect(await calls.make(MAP, asked)).toMatchObject({ call: { outcome: 'abandoned' } });
    expect(harness.writes.filter(({ patch }) => patch['CreditLimit'] === '333')).toEqual([]);
  });

  it('when many are made at the same moment, then one of them is planned and the others are refused', async () => {
    const many = Array.from({ length: 5 }, (_, index) => aCall({ creditlimit: String(440 + index) }));
    const made = await Promise.all(many.map((asked) => calls.make(MAP, asked)));
    const open = made.flatMap((one) => (one.kind === 'made' && one.call.outcome === null ? [one.call] : []));
    expect(open).toHaveLength(1);
    expect(made.filter((one) => one.kind === 'made' && one.call.code === 'busy')).toHaveLength(4);
    const patch = { CreditLimit: open[0]?.cells['creditlimit'] ?? '' };
    const write = await lastWrite(patch);
    const refusal = { outcome: 'rejected', code: 'credit', text: 'over the limit' } as const;
    const waiting = calls.make(MAP, many.find(({ id }) => id === open[0]?.id) ?? aCall({}), WAIT_MS);
    await harness.observe(
      answer(write, customer('C-1', { OrganizationName: 'Ours', CreditLimit: '222' }), refusal),
    );
    expect(await waiting).toMatchObject({ call: { outcome: 'rejected', code: 'credit' } });
  });

  it('when the caller saw an edit that nobody has heard of yet, then news of it is no later edit', async () => {
    const asked = { ...aCall({ creditlimit: '555' }), saw: { creditlimit: '300' } };
    await make(asked);
    const write = await lastWrite({ CreditLimit: '555' });
    const taken = customer('C-1', { OrganizationName: 'Ours', CreditLimit: '555' });
    await harness.observe(answer(write, taken, { outcome: 'applied' }));
    expect(await waiter.wait(asked.id, WAIT_MS)).toMatchObject({ outcome: 'applied' });
    const before = harness.writes.length;
    for (const creditlimit of ['300', '555']) {
      await harness.observe(account(accountId, 'C-1', { name: 'Ours', creditlimit }));
      await harness.settled(MAP);
    }
    expect(harness.writes.length).toBe(before);
    expect(await verdictNow()).toBe('unchanged');
  });

  describe('given a caller who is about to make a row, and delete it again', () => {
    const newId = randomUUID();
    const cells = { accountnumber: 'C-9', name: 'New', creditlimit: '5', msdyn_customergroupid: null };
    const newRow = { ...cells, accountid: newId, msdyn_company: COMPANY_ID };
    const aCreate = (): AskedCall => ({ ...aCall(newRow), kind: 'create', row: newId });
    const aDelete = (): AskedCall => ({ ...aCall({}), kind: 'delete', row: newId });
    const answered = new Set<string>();
    const made = async (asked: AskedCall): Promise<Write> => {
      const one = await calls.make(MAP, asked);
      expect(one).toMatchObject({ kind: 'made', call: { id: asked.id, outcome: null } });
      const write = await eventually(() =>
        harness.writes.find(
          ({ id, side, kind }) => !answered.has(id) && side === 'fo' && kind === asked.kind,
        ),
      );
      answered.add(write.id);
      return write;
    };

    it('when the target refuses the row, then its words are told, and nothing is parked', async () => {
      const asked = aCreate();
      const write = await made(asked);
      expect(write).toMatchObject({
        nativeId: 'usmf|C-9',
        source: newId,
        patch: { OrganizationName: 'New' },
      });
      const refusal = { outcome: 'rejected', code: 'E', text: 'no more customers' } as const;
      await harness.observe(answer(write, customer('C-9', null, { gone: [] }), refusal));
      expect(await waiter.wait(asked.id, WAIT_MS)).toMatchObject({
        outcome: 'rejected',
        text: 'no more customers',
      });
      expect(await harness.query(`select 1 from park where ended_at is null`)).toEqual([]);
    });

    it('when it is given up after it was planned, then its write is named', async () => {
      const asked = aCreate();
      const write = await made(asked);
      expect(await waiter.giveUp(MAP, asked.id)).toMatchObject({
        write: { id: write.id, nativeId: 'usmf|C-9' },
      });
      const stopped = { outcome: 'withheld', code: 'abandoned' } as const;
      await harness.observe(answer(write, customer('C-9', null, { gone: [] }), stopped));
      expect(await waiter.wait(asked.id, WAIT_MS)).toMatchObject({ outcome: 'abandoned' });
    });

    it('when the target takes the row, then the save itself makes no second one', async () => {
      const asked = aCreate();
      const write = await made(asked);
      const taken = customer('C-9', { OrganizationName: 'New', CreditLimit: '5', CustomerGroupId: null });
      const origins = { [taken.row?.id ?? '']: newId };
      await harness.observe(answer(write, { ...taken, origins }, { outcome: 'applied' }));
      expect(await waiter.wait(asked.id, WAIT_MS)).toMatchObject({ outcome: 'applied' });
      const before = harness.writes.length;
      await harness.observe(account(newId, 'C-9', newRow));
      await eventually(async () => (await verdictOf(newId)) === 'unchanged');
      await harness.settled(MAP);
      expect(harness.writes).toHaveLength(before);
    });

    it('when the target takes the delete, then the save itself deletes nothing more', async () => {
      const asked = aDelete();
      const write = await made(asked);
      const gone = customer('C-9', null, { gone: [write.rowId ?? ''] });
      await harness.observe(answer(write, gone, { outcome: 'applied' }));
      expect(await waiter.wait(asked.id, WAIT_MS)).toMatchObject({ outcome: 'applied' });
      const before = harness.writes.length;
      await harness.observe(account(newId, 'C-9', null));
      await eventually(async () => (await verdictOf(newId)) === 'unchanged');
      await harness.settled(MAP);
      expect(harness.writes).toHaveLength(before);
    });
  });

  it("when an id is another call's, then it is refused, and the same call is answered again", async () => {
    const asked = aCall({ creditlimit: '555' });
    const first = await calls.make(MAP, asked);
    expect(first).toMatchObject({ kind: 'made', call: { outcome: 'applied' } });
    expect(await calls.make(MAP, asked)).toEqual(first);
    expect(await calls.make(MAP, { ...asked, row: 'usmf/C-1' })).toEqual({ kind: 'id-taken' });
  });

  it('when the row or a column is not known, then it is said at once', async () => {
    expect(await calls.make(MAP, { ...aCall({ name: 'X' }), row: 'usmf/NONE' })).toEqual({
      kind: 'row-unknown',
    });
    expect(await calls.make(MAP, { ...aCall({ fax: 'X' }), onlyMapped: false })).toEqual({
      kind: 'columns-unknown',
      columns: ['fax'],
    });
    expect(await calls.make('nobody', aCall({ name: 'X' }))).toEqual({ kind: 'not-running' });
  });
});

function isSame(left: object, right: object): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
