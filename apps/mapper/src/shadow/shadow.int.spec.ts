import { randomUUID } from 'node:crypto';
import type { MapRecord } from '@dualwrite/events';
import { eventually, testBroker, testDatabase } from '@dualwrite/testing';
import { customersRecord, MAP } from '../testing/customers-map';
import { MapperHarness } from '../testing/mapper-harness';
import { account, companyRow, customer, groupRow } from '../testing/observations';
import { ShadowReports, type ReportedFinding } from './shadow-report';

/** Long enough for what others do below, on a busy machine. */
const GRACE_MS = 2_000;

describe('given a map in shadow, while others keep the sides in step', () => {
  let harness: MapperHarness;
  let reports: ShadowReports;
  afterEach(() => harness.close());

  it('then all that happens is compared and nothing is written; after the cutover only what differs is', async () => {
    await inShadow();
    const [agreeing, differing, forgotten, wanted] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
    await harness.observe(
      customer('C-1'),
      account(agreeing, 'C-1'),
      customer('C-2'),
      account(differing, 'C-2'),
      customer('C-3'),
      account(forgotten, 'C-3'),
    );
    await harness.cover('fo', 'dataverse');
    await unchanged(3);

    // They bring one change over as we would, one in another way, one not at all; and they make a row.
    await harness.observe(
      customer('C-1', { CreditLimit: '5' }),
      customer('C-2', { CreditLimit: '6' }),
      customer('C-3', { CreditLimit: '7' }),
      customer('C-4'),
    );
    await eventually(async () => (await harness.query('select 1 from shadow_expectation')).length === 4);
    await harness.observe(
      account(agreeing, 'C-1', { creditlimit: '5' }),
      account(differing, 'C-2', { creditlimit: '66' }),
      account(wanted, 'C-4'),
    );
    const findings = await found(2);
    expect(findings).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          key: 'usmf/C-2',
          outcome: 'different',
          kind: 'update',
          side: 'dataverse',
          rows: { fo: expect.stringContaining('C-2'), dataverse: differing },
          fields: [{ field: 'CreditLimit=creditlimit', ours: '6', theirs: '66' }],
        }),
        expect.objectContaining({
          key: 'usmf/C-3',
          outcome: 'missing',
          fields: [expect.objectContaining({ ours: '7' })],
        }),
      ]),
    );
    const { counts, wouldWrite } = await report();
    expect(counts).toEqual(
      expect.arrayContaining([
        { side: 'dataverse', outcome: 'agreed', count: 2 },
        { side: 'dataverse', outcome: 'different', count: 1 },
        { side: 'dataverse', outcome: 'missing', count: 1 },
      ]),
    );
    expect(wouldWrite).toEqual([{ side: 'dataverse', kind: 'update', count: 2 }]);
    expect(harness.writes).toEqual([]);
    await eventually(() => harness.journal.filter(({ event }) => event === 'shadow-differs').length === 2);

    await harness.publishMap(record({ desired: 'running', runEpoch: 2 }));
    await eventually(() => harness.writes.length === 2);
    await harness.settled(MAP);
    expect(harness.writes.map(({ nativeId, patch, runEpoch }) => ({ nativeId, patch, runEpoch }))).toEqual(
      expect.arrayContaining([
        { nativeId: differing, patch: { creditlimit: '6' }, runEpoch: 2 },
        { nativeId: forgotten, patch: { creditlimit: '7' }, runEpoch: 2 },
      ]),
    );
    expect(await verdicts()).toEqual({ unchanged: 2, 'written-dataverse': 2 });
    // An edit on an agreeing pair travels from the base that both had in shadow.
    await harness.observe(account(agreeing, 'C-1', { creditlimit: '55' }));
    await eventually(() => harness.writes.length === 3);
    expect(harness.writes[2]).toMatchObject({ side: 'fo', kind: 'update', patch: { CreditLimit: '55' } });
    expect((await report()).findings).toHaveLength(2);
  });

  it('then deletes are expected, too, and what they do of their own accord is told', async () => {
    await inShadow({ policies: { conflict: 'fo-wins', firstMeeting: 'fo-wins', delete: { fo: 'park' } } });
    const [gone, deleted] = [randomUUID(), randomUUID()];
    await harness.observe(customer('C-1'), account(gone, 'C-1'), customer('C-2'), account(deleted, 'C-2'));
    await harness.cover('fo', 'dataverse');
    await unchanged(2);
    await harness.observe(customer('C-1', null));
    await eventually(async () => (await report()).wouldWrite[0]?.kind === 'delete');
    await harness.observe(account(gone, 'C-1', null));
    await eventually(async () => (await report()).counts.some(({ outcome }) => outcome === 'agreed'));

    // A delete in Dataverse leaves F&O's row to a person; they delete it all the same.
    await harness.observe(account(deleted, 'C-2', null));
    await eventually(async () => (await verdicts())['parked'] === 1);
    await harness.observe(customer('C-2', null));
    expect(await found(1)).toMatchObject([{ key: 'usmf/C-2', outcome: 'extra', kind: 'delete', side: 'fo' }]);
    expect(harness.writes).toEqual([]);
  });

  async function inShadow(spec: Parameters<typeof customersRecord>[1] = {}): Promise<void> {
    harness = await MapperHarness.start(
      { broker: testBroker(), database: testDatabase(), eventually },
      record({}, spec),
    );
    await harness.observe(companyRow(), groupRow());
    const { database } = await harness.replica();
    reports = new ShadowReports(database);
  }

  const record = (changes: Partial<MapRecord>, spec = {}): MapRecord => {
    const isShadow = (changes.desired ?? 'shadow') === 'shadow';
    return customersRecord(
      { desired: 'shadow', ...(isShadow ? { shadow: { graceMs: GRACE_MS } } : {}), ...changes },
      spec,
    );
  };
  const report = () => reports.read(MAP, { before: undefined, limit: 100 });
  const found = (count: number): Promise<readonly ReportedFinding[]> =>
    eventually(async () => {
      const { findings } = await report();
      return findings.length >= count && findings;
    });
  const verdicts = async (): Promise<Readonly<Record<string, number>>> => {
    const rows = await harness.query<{ verdict: string; count: number }>(
      `select verdict, count(*)::int as count from pair group by verdict`,
    );
    return Object.fromEntries(rows.map(({ verdict, count }) => [verdict, count]));
  };
  const unchanged = (count: number) => eventually(async () => (await verdicts())['unchanged'] === count);
});
