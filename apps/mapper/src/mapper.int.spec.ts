import { randomUUID } from 'node:crypto';
import { keptStatements } from '@dualwrite/persistence';
import { eventually, testBroker, testDatabase, unkeyedReads } from '@dualwrite/testing';
import type { DataSource } from 'typeorm';
import { provisionalId, writeId, type Observation, type Write } from '@dualwrite/events';
import { PairRelease } from './http/pair-release';
import { customersRecord, groupsRecord, MAP } from './testing/customers-map';
import { MapperHarness, type Replica } from './testing/mapper-harness';
import { CHANGES_POOL } from './settings';
import { WaitReader } from './waits/wait-reader';
import { account, companyRow, customer, foGroup, groupRow } from './testing/observations';

jest.setTimeout(90_000);

/** Waits until the expectations in `check` are met. */
const soon = (check: () => Promise<unknown>) =>
  eventually(async () => {
    await check();
    return true;
  });

/** The answer of a connector: the row as it was written, with the result on it. */
function answer(write: Write, row: Observation): Observation {
  return { ...row, results: { [write.id]: { outcome: 'applied' } }, last: { [write.pairId]: write.intent } };
}

describe('given a running map', () => {
  let harness: MapperHarness;
  beforeEach(async () => {
    harness = await MapperHarness.start(
      { broker: testBroker(), database: testDatabase(), eventually },
      customersRecord(),
    );
  });
  afterEach(async () => {
    await harness.close();
  });

  const lookups = () => harness.observe(companyRow(), groupRow());
  const writtenTo = (side: 'fo' | 'dataverse') => harness.writes.filter((write) => write.side === side);
  const verdicts = async () =>
    Object.fromEntries(
      (
        await harness.query<{ verdict: string; n: number }>(
          `select verdict, count(*)::int as n from pair where map = $1 group by verdict`,
          [MAP],
        )
      ).map(({ verdict, n }) => [verdict, n]),
    );

  it('when a row has no partner, then it is created after coverage and not before, once', async () => {
    await lookups();
    await harness.replica();
    await harness.observe(customer('C-1'));
    await harness.settled(MAP);
    await soon(async () => expect(await verdicts()).toEqual({ waiting: 1 }));
    expect(harness.writes).toEqual([]);

    await harness.cover('dataverse');
    const write = await eventually(() => writtenTo('dataverse')[0]);
    expect(write).toMatchObject({ kind: 'create', table: 'account', runEpoch: 1, expects: null });
    expect(write.patch).toMatchObject({ accountnumber: 'C-1', name: 'Customer C-1', creditlimit: '1000' });

    // Its echo, with the answer, plans nothing.
    await harness.observe(answer(write, account(write.rowId ?? '', 'C-1')));
    await harness.settled(MAP);
    await harness.observe(account(write.rowId ?? '', 'C-1'));
    await harness.settled(MAP);
    expect(harness.writes).toHaveLength(1);
    expect(harness.journal.map(({ event }) => event)).toEqual(expect.arrayContaining(['planned', 'agreed']));
    await soon(async () => expect(await harness.query(`select 1 from due`)).toEqual([]));
  });

  it('when few pairs are there, then the statements of a change are planned so that they serve many', async () => {
    await lookups();
    const { app } = await harness.replica();
    const changes = app.get<DataSource>(CHANGES_POOL);
    await harness.observe(customer('C-1'), account(randomUUID(), 'C-1'), customer('C-2'));
    await harness.settled(MAP);
    await harness.query('analyze');
    const texts = keptStatements();
    expect(texts.some((text) => text.includes('from pair_row'))).toBe(true);
    const unkeyed = new Set<string>();
    for (const text of texts)
      for (const read of await unkeyedReads((sql) => changes.query(sql), text)) unkeyed.add(read);
    // Companies are few, all of them may be looked through.
    unkeyed.delete('reference_key company: Index Scan');
    expect([...unkeyed]).toEqual([]);
  });

  it('when an edit is seen on either side, then only that field travels', async () => {
    await lookups();
    await harness.replica();
    const id = randomUUID();
    await harness.observe(customer('C-2'), account(id, 'C-2'));
    await harness.settled(MAP);
    await soon(async () => expect(await verdicts()).toEqual({ unchanged: 1 }));

    await harness.observe(customer('C-2', { CreditLimit: '2500.5' }));
    const toDataverse = await eventually(() => writtenTo('dataverse')[0]);
    expect(toDataverse).toMatchObject({ kind: 'update', nativeId: id, patch: { creditlimit: '2500.5' } });
    await harness.observe(answer(toDataverse, account(id, 'C-2', { creditlimit: '2500.5' })));
    await harness.settled(MAP);

    await harness.observe(account(id, 'C-2', { creditlimit: '2500.5', name: 'Renamed' }));
    const toFo = await eventually(() => writtenTo('fo')[0]);
    expect(toFo).toMatchObject({
      kind: 'update',
      nativeId: 'usmf|C-2',
      patch: { OrganizationName: 'Renamed' },
    });
  });

  it('when what a row points at is missing, then it waits, and goes on by itself when it appears', async () => {
    await harness.observe(companyRow());
    await harness.replica();
    await harness.cover('fo', 'dataverse');
    await harness.observe(customer('C-3'));
    await soon(async () => expect(await harness.query(`select 1 from wait`)).toHaveLength(1));
    expect(harness.writes).toEqual([]);
    await harness.observe(groupRow());
    const write = await eventually(() => writtenTo('dataverse')[0]);
    expect(write).toMatchObject({ kind: 'create', patch: { accountnumber: 'C-3' } });
    await soon(async () => expect(await harness.query(`select 1 from wait`)).toEqual([]));
  });

  it('when the company of a row is not known yet, then it joins its partner once it is', async () => {
    await harness.replica();
    await harness.cover('fo', 'dataverse');
    const id = randomUUID();
    await harness.observe(account(id, 'C-4'));
    await soon(async () => expect(await harness.query(`select 1 from wait`)).not.toEqual([]));
    await harness.observe(customer('C-4'));
    await harness.settled(MAP);
    await harness.observe(companyRow(), groupRow());
    await soon(async () => {
      const rows = await harness.query<{ side: string }>(
        `select side from pair_row where pair_id = (select pair_id from pair where key = 'usmf/C-4') order by side`,
      );
      expect(rows).toEqual([{ side: 'dataverse' }, { side: 'fo' }]);
    });
    await soon(async () => expect(await verdicts()).toEqual({ unchanged: 1 }));
    expect(harness.writes).toEqual([]);
  });

  it('when the key of a row changes, then the pairs that point at it are planned again, and no others', async () => {
    const other = randomUUID();
    await harness.observe(companyRow(), groupRow(), groupRow('20', other));
    await harness.replica();
    await harness.observe(
      ...[customer('K-1'), account(randomUUID(), 'K-1')],
      ...[
        customer('K-2', { CustomerGroupId: '20' }),
        account(randomUUID(), 'K-2', { msdyn_customergroupid: other }),
      ],
    );
    await soon(async () => expect(await verdicts()).toEqual({ unchanged: 2 }));
    await harness.observe(groupRow('11'));
    const write = await eventually(() => writtenTo('fo')[0]);
    expect(write).toMatchObject({ nativeId: 'usmf|K-1', patch: { CustomerGroupId: '11' } });
    await harness.observe(answer(write, customer('K-1', { CustomerGroupId: '11' })));
    await soon(async () => expect(await verdicts()).toEqual({ 'written-fo': 1, unchanged: 1 }));
    await harness.settled(MAP);
    expect(harness.writes).toHaveLength(1);
  });

  it('when rows wait for one that is not there, then it can be asked which, for what and why, until it is there', async () => {
    await harness.observe(companyRow(), groupRow());
    const { app } = await harness.replica();
    await harness.cover('fo', 'dataverse');
    const reader = app.get(WaitReader);
    await harness.observe(
      customer('V-0'),
      ...['V-1', 'V-2', 'V-3'].map((number) => customer(number, { CustomerGroupId: '40' })),
    );
    await soon(async () => expect(await verdicts()).toEqual({ 'written-dataverse': 1, waiting: 3 }));
    // A row that came before all markers has waited for coverage first.
    await soon(async () =>
      expect(await reader.graph({ limit: 10 })).toEqual([
        {
          table: 'msdyn_customergroup',
          column: 'msdyn_groupid',
          value: '40',
          company: 'usmf',
          rowCount: 3,
          rows: ['V-1', 'V-2', 'V-3'].map((number) => ({
            map: MAP,
            key: `usmf/${number}`,
            pairId: expect.any(String) as string,
          })),
          cause: 'no-map',
          source: null,
        },
      ]),
    );
    expect(await reader.graph({ table: 'account', limit: 10 })).toEqual([]);
    // Once a map fills the table, it says where the row will come from, and why it has not.
    await harness.publishMap(groupsRecord());
    await harness.observe(foGroup('40'));
    await soon(async () =>
      expect(await reader.graph({ map: MAP, limit: 10 })).toMatchObject([
        {
          value: '40',
          rowCount: 3,
          cause: 'waiting',
          source: { map: 'groups', key: 'usmf/40', verdict: 'waiting', reason: null, waitsFor: [] },
        },
      ]),
    );
    await harness.observe(groupRow('40', randomUUID()));
    await soon(async () => expect(await verdicts()).toEqual({ 'written-dataverse': 4 }));
    expect(await reader.graph({ map: MAP, limit: 10 })).toEqual([]);
  });

  it('when a message does not decode, then it is in the journal with its bytes, and the partition goes on', async () => {
    await lookups();
    await harness.replica();
    const topic = harness.names.observations('fo', 'CustomersV3');
    await harness.publish(topic, 'usmf|C-5', {
      value: Buffer.from('{"nonsense'),
      headers: { contract: 'observation', version: '1' },
    });
    await harness.observe(customer('C-5'));
    await harness.settled(MAP);
    await soon(async () => expect(await verdicts()).toEqual({ waiting: 1 }));
    const entry = await eventually(() => harness.journal.find(({ event }) => event === 'undecodable'));
    expect(entry).toMatchObject({ severity: 'error', nativeId: 'usmf|C-5', side: 'fo' });
    expect(Buffer.from(entry.bytes ?? '', 'base64').toString()).toBe('{"nonsense');
  });

  it('when a second row has the key of another, then it parks and takes the place when that is free', async () => {
    await lookups();
    await harness.replica();
    const [first, second] = [randomUUID(), randomUUID()];
    await harness.observe(customer('C-6'), account(first, 'C-6'));
    await soon(async () => expect(await verdicts()).toEqual({ unchanged: 1 }));
    await harness.cover('fo', 'dataverse');
    await harness.settled(MAP);
    await harness.observe(account(second, 'C-6', { name: 'Second' }));
    await harness.settled(MAP);
    await soon(async () => expect(await verdicts()).toEqual({ unchanged: 1, parked: 1 }));
    expect(harness.writes).toEqual([]);
    // The first one is deleted, without a trace of a delete in F&O yet: its place is taken once the pair has let it go.
    await harness.observe(account(first, 'C-6', null));
    const deletion = await eventually(() => writtenTo('fo')[0]);
    expect(deletion).toMatchObject({ kind: 'delete', nativeId: 'usmf|C-6' });
    await soon(async () => {
      const rows = await harness.query(`select 1 from pair_row where native_id = $1 and pair_id = $2`, [
        second,
        deletion.pairId,
      ]);
      expect(rows).toHaveLength(1);
    });
    expect(await harness.query(`select 1 from pair`)).toHaveLength(1);
  });

  it('when the key of a row changes in Dataverse, then it stays the pair that it was, and parks, for F&O names its rows by it', async () => {
    await lookups();
    await harness.replica();
    await harness.cover('fo', 'dataverse');
    const [id, other] = [randomUUID(), randomUUID()];
    await harness.observe(customer('K-1'), account(id, 'K-1'));
    await harness.settled(MAP);
    await soon(async () => expect(await verdicts()).toEqual({ unchanged: 1 }));
    await harness.observe(account(id, 'K-2'));
    await soon(async () => expect(await verdicts()).toEqual({ parked: 1 }));
    expect(await harness.query(`select key from pair`)).toEqual([{ key: 'usmf/K-2' }]);
    expect(await eventually(() => harness.journal.find(({ event }) => event === 'parked'))).toMatchObject({
      code: 'key-cannot-change',
    });

    // Its old key is free in Dataverse, not in F&O: a new row there is no twin of ours, and parks, too.
    await harness.observe(account(other, 'K-1'));
    const create = await eventually(() => writtenTo('fo')[0]);
    expect(create).toMatchObject({ kind: 'create', nativeId: 'usmf|K-1' });
    await harness.observe({
      ...customer('K-1'),
      results: { [create.id]: { outcome: 'precondition-failed' } },
      last: { [create.pairId]: create.intent },
    });
    await soon(async () => expect(await verdicts()).toEqual({ parked: 2 }));
    await harness.settled(MAP);
    expect(writtenTo('fo')).toHaveLength(1);
    // Changed back, it is in step again.
    await harness.observe(account(other, 'K-1', null), account(id, 'K-1'));
    await soon(async () => expect(await verdicts()).toEqual({ unchanged: 2 }));
    expect(harness.writes).toHaveLength(1);
  });

  it('when two replicas meet on one pair, then one pair is made and each edit travels once', async () => {
    await lookups();
    await Promise.all([harness.replica(), harness.replica()]);
    const ids = Array.from({ length: 60 }, () => randomUUID());
    await Promise.all([
      harness.observe(...ids.map((_, index) => customer(`M-${index}`, { CreditLimit: '5' }))),
      harness.observe(...ids.map((id, index) => account(id, `M-${index}`))),
    ]);
    await harness.settled(MAP);
    await soon(async () => expect(await harness.query(`select 1 from pair`)).toHaveLength(60));
    await eventually(() => writtenTo('dataverse').length >= 60);
    expect(new Set(harness.writes.map(({ nativeId }) => nativeId)).size).toBe(60);
    expect(harness.writes).toHaveLength(60);
  });

  it('when the same records come again, then nothing new is planned', async () => {
    await lookups();
    const replica = await harness.replica();
    await harness.cover('fo', 'dataverse');
    await harness.observe(...Array.from({ length: 20 }, (_, index) => customer(`R-${index}`)));
    await harness.settled(MAP);
    await eventually(() => harness.writes.length === 20);
    await replica.stop();
    const group = harness.names.mapGroup(MAP);
    const topic = harness.names.observations('fo', 'CustomersV3');
    const back = [0, 1, 2].map((partition) => ({ partition, offset: '0' }));
    await soon(() => harness.link.admin.setGroupOffsets(group, topic, back));
    await harness.replica();
    await harness.settled(MAP);
    expect(harness.writes).toHaveLength(20);
    expect(await verdicts()).toEqual({ 'written-dataverse': 20 });
  });

  it('when the group stands ahead of the database, then the database wins, and the journal says so', async () => {
    await lookups();
    const replica = await harness.replica();
    await harness.observe(...Array.from({ length: 9 }, (_, index) => customer(`P-${index}`)));
    await harness.settled(MAP);
    await replica.stop();
    // As after a restore from an earlier backup: neither the pairs nor the positions of the last records are there.
    await harness.query(`delete from pair`);
    await harness.query(`delete from pair_row`);
    await harness.query(`delete from book`);
    await harness.query(`update map_position set next_offset = 0 where map = $1`, [MAP]);
    await harness.replica();
    await soon(async () => expect(await verdicts()).toEqual({ waiting: 9 }));
    await eventually(() => harness.journal.some(({ event }) => event === 'position-restored'));
  });

  it('when it is paused, then nothing is planned, the pause is confirmed, and resume catches up', async () => {
    await lookups();
    await harness.replica({ REDRIVE_AFTER_MS: '1000' });
    await harness.cover('fo', 'dataverse');
    await harness.observe(customer('S-1'));
    await eventually(() => harness.writes.length === 1);
    await harness.publishMap(customersRecord({ desired: 'paused', runEpoch: 2 }));
    const status = await harness.mapStatus(
      ({ state, confirmedRunEpoch }) => state === 'paused' && confirmedRunEpoch === 2,
    );
    expect(status).toMatchObject({ service: 'mapper', map: MAP });
    await harness.observe(customer('S-2'));
    await harness.publishMap(customersRecord({ desired: 'running', runEpoch: 3 }));
    const write = await eventually(() =>
      harness.writes.find(({ patch }) => patch['accountnumber'] === 'S-2'),
    );
    expect(write.runEpoch).toBe(3);
    // What had no answer when the map was paused is sent again under the same number, for the new run.
    const again = await eventually(() =>
      harness.writes.find(({ patch, runEpoch }) => patch['accountnumber'] === 'S-1' && runEpoch === 3),
    );
    expect(again.id).toBe(harness.writes[0]?.id);
    expect(again.id).toBe(writeId(again.pairId, again.intent));
  });

  it('when writes have no answer, then they are sent again, and the books balance with the pairs', async () => {
    await lookups();
    await harness.replica({ REDRIVE_AFTER_MS: '300' });
    await harness.cover('fo', 'dataverse');
    await harness.observe(customer('W-1'));
    await eventually(() => harness.writes.length >= 2);
    expect(new Set(harness.writes.map(({ id }) => id)).size).toBe(1);
    const [books] = await harness.query<{ written: number; open: number; waiting: number }>(
      `select sum(written_dataverse)::int as written, sum(open)::int as open, sum(waiting)::int as waiting from book`,
    );
    expect(books).toEqual({ written: 1, open: 1, waiting: 0 });
  });
});

describe('given a map with policies of its own', () => {
  let harness: MapperHarness;
  const begin = async (spec: Parameters<typeof customersRecord>[1]): Promise<Replica> => {
    const kit = { broker: testBroker(), database: testDatabase(), eventually };
    harness = await MapperHarness.start(kit, customersRecord({}, spec));
    await harness.observe(companyRow(), groupRow());
    return harness.replica();
  };
  afterEach(async () => {
    await harness.close();
  });
  const writtenTo = (side: 'fo' | 'dataverse') => harness.writes.filter((write) => write.side === side);
  const verdict = async () =>
    (await harness.query<{ verdict: string }>(`select verdict from pair`))[0]?.verdict;

  it('when a person releases a parked pair, then it is planned at once by what they decided, and the journal says why', async () => {
    const replica = await begin({ policies: { deleteVersusEdit: 'park' } });
    const id = randomUUID();
    await harness.observe(customer('C-7'), account(id, 'C-7'));
    await soon(async () => expect(await verdict()).toBe('unchanged'));
    // Deleted on one side, edited on the other: this map asks a person.
    await harness.observe(account(id, 'C-7', { name: 'Edited' }));
    const update = await eventually(() => writtenTo('fo')[0]);
    await harness.observe(account(id, 'C-7', null));
    const refusedRow = customer('C-7', { OrganizationName: 'Edited, too' });
    await harness.observe({
      ...refusedRow,
      results: { [update.id]: { outcome: 'precondition-failed' } },
      last: { [update.pairId]: update.intent },
    });
    await soon(async () => expect(await verdict()).toBe('parked'));

    const release = replica.app.get(PairRelease);
    expect(await release.release(MAP, ['usmf/NOBODY'], {})).toMatchObject([
      { row: 'usmf/NOBODY', refused: { code: 'row-unknown' } },
    ]);
    // Neither side's database minds case in a key, nor may we: it is kept in one form, and asked for in any.
    expect(await release.release(MAP, ['USMF/c-7'], {})).toMatchObject([
      { pairs: [{ verdict: 'parked', parks: [{ reason: 'delete-versus-edit' }] }] },
    ]);
    const released = await release.release(MAP, ['usmf/C-7'], { winner: 'fo', reason: 'the customer stays' });
    expect(released).toMatchObject([
      { row: 'usmf/C-7', pairs: [{ verdict: 'written-dataverse', parks: [] }] },
    ]);
    const made = await eventually(() => writtenTo('dataverse')[0]);
    expect(made).toMatchObject({ kind: 'create', patch: { name: 'Edited, too' } });
    expect(made.rowId).not.toBe(id);
    const entry = await eventually(() => harness.journal.find(({ text }) => text === 'the customer stays'));
    expect(entry).toMatchObject({
      event: 'released',
      code: 'delete-versus-edit',
      side: 'fo',
      key: 'usmf/C-7',
    });
    expect(await release.release(MAP, ['usmf/C-7'], {})).toMatchObject([
      { refused: { code: 'nothing-parked' } },
    ]);
    expect(await release.release('nowhere', ['x'], {})).toBeUndefined();
  });

  it('when F&O numbers its rows itself, then the pair learns its row by our reference, and no other pair is made for it', async () => {
    const reference = 'ExternalReference';
    await begin({ fo: { entity: 'CustomersV3', reference } });
    await harness.cover('fo', 'dataverse');
    const [first, second] = [randomUUID(), randomUUID()];
    await harness.observe(
      account(first, '', { accountnumber: null }),
      account(second, '', { accountnumber: null }),
    );
    const creates = await eventually(() => writtenTo('fo').length === 2 && writtenTo('fo'));
    for (const { nativeId, reference: column } of creates)
      expect([nativeId, column]).toEqual([null, reference]);
    const create = creates.find(({ source }) => source === first);
    expect(create?.patch).toMatchObject({ [reference]: first });
    if (!create) return;

    // The row is seen before the answer, then the answer comes on the entry that has no row.
    await harness.observe(customer('NEW-1', { [reference]: first, OrganizationName: null }));
    await harness.settled(MAP);
    await harness.observe({
      ...customer('x', null),
      nativeId: provisionalId(create.pairId),
      gone: [],
      results: { [create.id]: { outcome: 'applied' } },
      last: { [create.pairId]: create.intent },
    });
    const back = await eventually(() => writtenTo('dataverse')[0]);
    expect(back).toMatchObject({
      kind: 'update',
      nativeId: first,
      pairId: create.pairId,
      patch: { accountnumber: 'NEW-1' },
    });

    // The other one is answered with its row: nobody has to look for it.
    const other = creates.find(({ source }) => source === second);
    if (!other) return;
    await harness.observe({
      ...customer('NEW-2', { OrganizationName: null }),
      results: { [other.id]: { outcome: 'applied' } },
      last: { [other.pairId]: other.intent },
    });
    const backToo = await eventually(() => writtenTo('dataverse')[1]);
    expect(backToo).toMatchObject({
      nativeId: second,
      pairId: other.pairId,
      patch: { accountnumber: 'NEW-2' },
    });
    expect(await harness.query(`select 1 from pair`)).toHaveLength(2);
    expect(harness.writes.filter(({ kind }) => kind === 'create')).toHaveLength(2);
  });
});
