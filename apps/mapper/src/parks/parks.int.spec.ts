import { randomUUID } from 'node:crypto';
import type { Observation, Write, WriteOutcome } from '@dualwrite/events';
import { eventually, testBroker, testDatabase } from '@dualwrite/testing';
import { PairReader } from '../http/pair-reader';
import { PairRelease } from '../http/pair-release';
import { Retries, type NewRetry } from '../operations/retries';
import { customersRecord, MAP } from '../testing/customers-map';
import { MapperHarness, type Replica } from '../testing/mapper-harness';
import { account, companyRow, customer, groupRow } from '../testing/observations';

jest.setTimeout(90_000);

describe('given rows that are parked', () => {
  let harness: MapperHarness;
  let replica: Replica;
  let ids: Record<string, string>;

  beforeEach(async () => {
    harness = await MapperHarness.start(
      { broker: testBroker(), database: testDatabase(), eventually },
      customersRecord({}, { policies: { conflict: 'park' } }),
    );
    ids = { 'P-1': randomUUID(), 'P-2': randomUUID(), 'P-3': randomUUID() };
    await harness.observe(companyRow(), groupRow());
    replica = await harness.replica();
    for (const number of Object.keys(ids))
      await harness.observe(customer(number), account(id(number), number));
    await harness.cover('fo', 'dataverse');
    await becomes({ 'P-1': 'unchanged', 'P-2': 'unchanged', 'P-3': 'unchanged' });
  });
  afterEach(() => harness.close());

  const id = (number: string) => ids[number] ?? '';
  const becomes = (expected: Readonly<Record<string, string>>) =>
    eventually(
      async () => {
        const pairs = await harness.query<{ key: string; verdict: string }>(`select key, verdict from pair`);
        const found = Object.fromEntries(
          pairs.map(({ key, verdict }) => [key.replace('usmf/', ''), verdict]),
        );
        expect(found).toMatchObject(expected);
        return true;
      },
      { deadlineMs: 30_000 },
    );
  const answer = (write: Write, row: Observation, outcome: WriteOutcome, code?: string): Observation => ({
    ...row,
    results: { [write.id]: { outcome, ...(code === undefined ? {} : { code, text: `${code} says no` }) } },
    last: { [write.pairId]: write.intent },
  });
  const writeFor = (number: string, after = 0) =>
    eventually(() => harness.writes.slice(after).find(({ nativeId }) => nativeId === id(number)));
  /** The target refuses the edit; its row stays as it is. */
  const refuse = async (number: string, code: string) => {
    const count = harness.writes.length;
    await harness.observe(customer(number, { CreditLimit: '7' }));
    const write = await writeFor(number, count);
    await harness.observe(
      answer(write, account(id(number), number, {}, { row: rowOf(number) }), 'rejected', code),
    );
    await becomes({ [number]: 'parked' });
  };
  /** As it was seen last: the version has not moved. */
  const seenRows = new Map<string, Observation['row']>();
  const rowOf = (number: string): Observation['row'] => seenRows.get(number) ?? null;
  const remember = async () => {
    for (const number of Object.keys(ids)) {
      const [pair] = (await replica.app.get(PairReader).find(MAP, `usmf/${number}`)) ?? [];
      seenRows.set(number, pair?.seen.dataverse.row ?? null);
    }
  };
  const retry = (more: Partial<NewRetry> = {}) =>
    replica.app.get(Retries).create({ map: MAP, how: 'retry', ratePerSecond: 50, frozen: false, ...more });
  const ended = (operation: { id: string }) =>
    eventually(async () => {
      const found = await replica.app.get(Retries).find(operation.id);
      return found?.state === 'running' ? undefined : found;
    });

  it('when they are looked at, then they are in groups by code; a group is tried again, and nothing else is', async () => {
    await remember();
    await refuse('P-1', 'dataverse.plug-in-refused');
    await refuse('P-2', 'dataverse.plug-in-refused');
    await refuse('P-3', 'dataverse.text-too-long');
    const groups = await replica.app.get(PairReader).parkGroups(MAP, 10);
    expect(groups).toMatchObject([
      {
        ...{
          map: MAP,
          code: 'dataverse.plug-in-refused',
          direction: 'to-dataverse',
          count: 2,
          reason: 'rejected',
        },
        text: 'dataverse.plug-in-refused says no',
        samples: [{ key: expect.stringMatching(/^usmf\/P-/) }, { key: expect.stringMatching(/^usmf\/P-/) }],
      },
      { code: 'dataverse.text-too-long', count: 1, retryAt: null },
    ]);
    expect(groups[0]?.retryAt).not.toBeNull();
    expect(
      await replica.app.get(PairReader).parked(MAP, { limit: 9, group: groups[1]?.fingerprint }),
    ).toMatchObject([{ key: 'usmf/P-3' }]);

    const count = harness.writes.length;
    const done = await ended(await retry({ group: groups[0]?.fingerprint ?? '' }));
    expect(done).toMatchObject({ state: 'done', total: 2, done: 2, outcomes: { 'written-dataverse': 2 } });
    await eventually(() => harness.writes.length === count + 2);
    expect(
      harness.writes
        .slice(count)
        .map(({ nativeId }) => nativeId)
        .sort(),
    ).toEqual([id('P-1'), id('P-2')].sort());
    await eventually(() =>
      harness.journal.some(({ code, text }) => code === 'retry' && /done, 2 of 2 rows/.test(text ?? '')),
    );
    // Refused once more: the same group, and it counts how often.
    const again = await writeFor('P-1', count);
    await harness.observe(
      answer(
        again,
        account(id('P-1'), 'P-1', {}, { row: rowOf('P-1') }),
        'rejected',
        'dataverse.plug-in-refused',
      ),
    );
    await becomes({ 'P-1': 'parked' });
    expect(
      await harness.query(`select times, ended_at, retry_at > now() + interval '30 minutes' as later from park
        where pair_id = (select pair_id from pair where key = 'usmf/P-1')`),
    ).toEqual([{ times: 2, ended_at: null, later: true }]);
  });

  it('when a refusal may be over by itself, then it is tried again by itself once its time has come', async () => {
    await remember();
    await refuse('P-1', 'dataverse.plug-in-refused');
    const count = harness.writes.length;
    await harness.query(`update park set retry_at = now()`);
    expect(await writeFor('P-1', count)).toMatchObject({ patch: { creditlimit: '7' } });
    expect(await harness.query(`select 1 from park where ended_at is null`)).toEqual([]);
  });

  it('when a selection is frozen, then what is parked later is no part of it; it is slow, can be stopped, and goes on', async () => {
    await remember();
    await refuse('P-1', 'dataverse.text-too-long');
    await refuse('P-2', 'dataverse.text-too-long');
    const frozen = await retry({ frozen: true, ratePerSecond: 1 });
    expect(frozen).toMatchObject({ state: 'frozen', total: 2, done: 0 });
    await refuse('P-3', 'dataverse.text-too-long');
    const retries = replica.app.get(Retries);
    await retries.start(frozen.id);
    await eventually(async () => (await retries.find(frozen.id))?.done === 1);
    expect(await retries.stop(frozen.id)).toMatchObject({ state: 'stopped' });
    await retries.start(frozen.id);
    expect(await ended(frozen)).toMatchObject({ state: 'done', total: 2, done: 2 });
    await becomes({ 'P-3': 'parked' });
    // Named as a person may write it.
    expect(await ended(await retry({ rows: ['USMF/p-3'] }))).toMatchObject({ total: 1, done: 1 });
  });

  it('when both sides changed one field, then a person sees base and values, and decides field by field', async () => {
    await Promise.all([
      harness.observe(customer('P-1', { CreditLimit: '1', OrganizationName: 'By F&O' })),
      harness.observe(account(id('P-1'), 'P-1', { creditlimit: '2', name: 'By Dataverse' })),
    ]);
    // Whichever is seen first, the other one finds the row moved.
    const write = await eventually(() => harness.writes[0]);
    const moved =
      write.side === 'fo'
        ? customer('P-1', { CreditLimit: '1', OrganizationName: 'By F&O' })
        : account(id('P-1'), 'P-1', { creditlimit: '2', name: 'By Dataverse' });
    await harness.observe(answer(write, moved, 'precondition-failed'));
    await becomes({ 'P-1': 'parked' });
    const [seen] = (await replica.app.get(PairReader).conflicts(MAP, 'usmf/P-1')) ?? [];
    expect(seen?.fields.filter(({ standing }) => standing === 'conflict')).toEqual([
      {
        field: 'OrganizationName=name',
        base: { fo: 'Customer P-1', dataverse: 'Customer P-1' },
        ...{ fo: 'By F&O', dataverse: 'By Dataverse', standing: 'conflict' },
      },
      {
        field: 'CreditLimit=creditlimit',
        base: { fo: '1000', dataverse: '1000' },
        ...{ fo: '1', dataverse: '2', standing: 'conflict' },
      },
    ]);
    const releaser = replica.app.get(PairRelease);
    expect(
      await releaser.release(MAP, ['usmf/P-1'], {}, { CreditLimit: { side: 'fo', value: 'much' } }),
    ).toMatchObject([{ refused: { code: 'choice-invalid', text: expect.stringContaining('CreditLimit') } }]);
    const count = harness.writes.length;
    await releaser.release(
      MAP,
      ['usmf/P-1'],
      { reason: 'asked both' },
      { name: { take: 'dataverse' }, CreditLimit: { side: 'fo', value: '3.50' } },
    );
    await eventually(() => harness.writes.length === count + 2);
    const planned = Object.fromEntries(harness.writes.slice(count).map(({ side, patch }) => [side, patch]));
    expect(planned).toEqual({
      fo: { OrganizationName: 'By Dataverse', CreditLimit: '3.5' },
      dataverse: { creditlimit: '3.5' },
    });
  });
});
