import { randomUUID } from 'node:crypto';
import { decodeMessage, type DocumentWrite, type Observation, type WriteResult } from '@dualwrite/events';
import type { GroupConsumer } from '@dualwrite/kafka';
import { eventually, testBroker, testDatabase } from '@dualwrite/testing';
import { customersRecord, MAP } from '../testing/customers-map';
import { MapperHarness, type Replica } from '../testing/mapper-harness';
import { account, COMPANY_ID, companyRow, customer, groupRow } from '../testing/observations';
import { Documents, type AskedDocument } from './documents';

jest.setTimeout(90_000);

const WAIT_MS = 10_000;

describe('given two pairs in step and callers who wait for documents', () => {
  let harness: MapperHarness;
  let replica: Replica;
  let documents: Documents;
  let collector: GroupConsumer;
  const [first, second, third] = [randomUUID(), randomUUID(), randomUUID()];
  const sent: DocumentWrite[] = [];

  beforeAll(async () => {
    const kit = { broker: testBroker(), database: testDatabase(), eventually };
    harness = await MapperHarness.start(kit, customersRecord());
    const { names } = harness;
    collector = harness.link.groupConsumer(
      { group: `${names.prefix}.documents`, topics: [names.writes('fo', 'CustomersV3')] },
      ({ records }) => {
        for (const record of records) {
          const { contract, message } = decodeMessage(record, 'write', 'document-write');
          if (contract === 'document-write') sent.push(message);
        }
        return Promise.resolve();
      },
    );
    await collector.start();
    await collector.joined();
    replica = await harness.replica({ REDRIVE_AFTER_MS: '1500' });
    documents = replica.app.get(Documents);
    await harness.observe(companyRow(), groupRow(), customer('C-1'), account(first, 'C-1'));
    await harness.observe(customer('C-2'), account(second, 'C-2'));
    await harness.cover('fo', 'dataverse');
    await harness.settled(MAP);
    await eventually(
      async () => (await harness.query(`select 1 from pair where verdict = 'unchanged'`)).length === 2,
    );
  });
  afterAll(async () => {
    await collector.stop();
    await harness.close();
  });

  const part = (row: string, cells: object): AskedDocument['parts'][number] =>
    ({ map: MAP, row, cells, saw: {} }) as AskedDocument['parts'][number];
  const aDocument = (...parts: AskedDocument['parts']): AskedDocument => ({
    id: randomUUID(),
    side: 'dataverse',
    parts,
    savedWithinMs: 60_000,
    traceparent: '',
  });
  const newRow = {
    accountid: third,
    accountnumber: 'C-3',
    name: 'New',
    creditlimit: '5',
    msdyn_company: COMPANY_ID,
  };
  const make = async (asked: AskedDocument): Promise<DocumentWrite> => {
    expect(await documents.make(asked)).toMatchObject({ outcome: null });
    return eventually(() => sent.find(({ id }) => id === asked.id));
  };
  const answer = async (document: DocumentWrite, result: WriteResult, rows: readonly Observation[]) => {
    const answered = rows.map((row) => {
      const mine = document.parts.filter(({ nativeId }) => nativeId === row.nativeId);
      return {
        ...row,
        results: Object.fromEntries(mine.map(({ id }) => [id, result])),
        last: Object.fromEntries(mine.map(({ pairId, intent }) => [pairId, intent])),
      };
    });
    await harness.observe(...answered);
  };
  const openIntents = async () => (await harness.query(`select 1 from call where outcome is null`)).length;

  it('when it is refused by the target, then each part ends, the reason is told once, and nothing is parked', async () => {
    const asked = aDocument(
      part(first, { name: 'A' }),
      { ...part(third, newRow), kind: 'create' },
      part(second, { name: 'B' }),
    );
    const write = await make(asked);
    expect(write).toMatchObject({
      side: 'fo',
      parts: [
        { nativeId: 'usmf|C-1', kind: 'update', patch: { OrganizationName: 'A' } },
        { nativeId: 'usmf|C-3', kind: 'create' },
        { nativeId: 'usmf|C-2', kind: 'update', patch: { OrganizationName: 'B' } },
      ],
    });
    await answer(write, { outcome: 'rejected', code: 'document-refused', text: 'part 2' }, [
      customer('C-1'),
      customer('C-2'),
    ]);
    await answer(write, { outcome: 'rejected', code: 'E', text: 'no more customers' }, [
      customer('C-3', null, { gone: [] }),
    ]);
    expect(await documents.wait(asked.id, WAIT_MS)).toMatchObject({
      outcome: 'rejected',
      by: 'fo',
      part: 1,
      code: 'E',
      text: 'no more customers',
    });
    expect(await harness.query(`select 1 from park where ended_at is null`)).toEqual([]);
    expect(await openIntents()).toBe(0);
    expect(harness.writes.filter(({ side }) => side === 'fo')).toEqual([]);
  });

  it('when a write has no answer, then it is sent again as the whole that it was, and never as a part of it', async () => {
    const asked = aDocument(part(first, { name: 'A2' }), part(second, { name: 'B2' }));
    const write = await make(asked);
    await eventually(() => sent.filter(({ id }) => id === asked.id).length > 1, { deadlineMs: 20_000 });
    expect(
      sent.filter(({ id }) => id === asked.id).every((one) => JSON.stringify(one) === JSON.stringify(write)),
    ).toBe(true);
    expect(harness.writes.filter(({ side }) => side === 'fo')).toEqual([]);
    expect(await documents.giveUp(asked.id, 'fo')).toMatchObject({ write: { id: write.parts[0]?.id } });
    const taken = [customer('C-1', { OrganizationName: 'A2' }), customer('C-2', { OrganizationName: 'B2' })];
    await answer(write, { outcome: 'applied' }, taken);
    expect(await documents.wait(asked.id, WAIT_MS)).toMatchObject({
      outcome: 'applied',
      parts: [{ shown: { OrganizationName: 'A2' } }, { shown: { OrganizationName: 'B2' } }],
    });
    const before = harness.writes.length;
    await harness.observe(account(first, 'C-1', { name: 'A2' }), account(second, 'C-2', { name: 'B2' }));
    await eventually(
      async () => (await harness.query(`select 1 from pair where verdict = 'unchanged'`)).length >= 2,
    );
    await harness.settled(MAP);
    expect(harness.writes).toHaveLength(before);
    expect(await documents.make(asked)).toMatchObject({ outcome: 'applied' });
  });

  it('when one part cannot be planned, then nothing of the others is stored or sent', async () => {
    const calls = () => harness.query<{ n: string }>('select count(*) as n from call');
    const before = await calls();
    const asked = aDocument(part(first, { name: 'A3' }), part(second, { accountnumber: 'other' }));
    expect(await documents.make(asked)).toMatchObject({
      outcome: 'rejected',
      part: 1,
      code: 'key-cannot-change',
    });
    const twice = aDocument(part(first, { name: 'A3' }), part('usmf/C-1', { creditlimit: '1' }));
    expect(await documents.make(twice)).toMatchObject({ outcome: 'rejected', part: 1, code: 'busy' });
    const unknown = aDocument(part(first, { name: 'A3' }), part('usmf/NONE', { name: 'X' }));
    expect(await documents.make(unknown)).toMatchObject({
      outcome: 'rejected',
      part: 1,
      code: 'row-unknown',
    });
    expect(await documents.make(unknown)).toMatchObject({ outcome: 'rejected', code: 'row-unknown' });
    expect(await calls()).toEqual(before);
    expect(sent.filter(({ id }) => [asked.id, twice.id, unknown.id].includes(id))).toEqual([]);
  });

  it('when it is given up before it has arrived, then it is never planned', async () => {
    const asked = aDocument(part(first, { name: 'A4' }));
    expect(await documents.giveUp(asked.id, 'fo')).toMatchObject({
      document: { outcome: 'abandoned' },
      write: null,
    });
    expect(await documents.make(asked)).toMatchObject({ outcome: 'abandoned' });
    expect(sent.filter(({ id }) => id === asked.id)).toEqual([]);
  });
});
