import type { JsonObject } from '../../json/exact-json';
import { eventReceiver, type EventReceiver } from '../../testing/event-receiver';
import { importPackage } from '../dmf/testing/import-package';
import { eventually, testSandbox, type TestSandbox } from '../../testing/sandbox-client';

const GROUP = { dataAreaId: 'usmf', CustomerGroupId: '10', Description: 'Wholesale' };
const KEY = "/CustomerGroups(dataAreaId='usmf',CustomerGroupId='10')";

describe('events of F&O', () => {
  let env: TestSandbox;
  let endpoint: EventReceiver;
  beforeAll(async () => {
    env = await testSandbox();
  });
  afterAll(() => env.close());
  beforeEach(async () => {
    await env.fo.control('POST', 'reset');
    endpoint = await eventReceiver();
  });
  afterEach(async () => {
    await env.fo.control('POST', 'reset');
    await endpoint.close();
  });

  describe('data events', () => {
    it('given virtual names, then tables, columns and options are spelt as in Dataverse', async () => {
      await env.fo.control('PUT', 'options', { dataEventsUrl: endpoint.url, dataEventVirtualNames: true });
      await env.fo.post('/CustomerGroups', { ...GROUP, IsSalesTaxIncludedInPrice: 'Yes' });
      await eventually(() => endpoint.received.length === 1);
      const [event] = endpoint.received;
      const [target] = event?.['InputParameters'] as { value: JsonObject }[];
      expect(event?.['PrimaryEntityName']).toBe('mserp_customergroupentity');
      expect(target?.value['Attributes']).toContainEqual({ key: 'mserp_customergroupid', value: '10' });
      expect(target?.value['Attributes']).toContainEqual({
        key: 'mserp_issalestaxincludedinprice',
        value: expect.objectContaining({ Value: 200_000_001 }),
      });
    });

    it('given an entity and a company, then others raise none', async () => {
      await env.fo.control('PUT', 'options', {
        dataEventsUrl: endpoint.url,
        dataEventTables: ['CustomerGroups'],
        dataEventCompanies: ['usmf'],
      });
      await env.fo.post('/PaymentTerms', { Name: 'x' });
      await env.fo.post('/CustomerGroups', { ...GROUP, dataAreaId: 'demf' });
      await env.fo.post('/CustomerGroups', GROUP);
      await eventually(() => endpoint.received.length > 0);
      expect(endpoint.attempts.map((body) => body.includes('"usmf"'))).toEqual([true]);
    });

    it('given the way through Dataverse, then 503 is tried once more and 500 not at all', async () => {
      await env.fo.control('PUT', 'options', {
        dataEventsUrl: endpoint.url,
        dataEventsThroughDataverse: true,
      });
      endpoint.answers.push(503, 200, 500);
      await env.fo.post('/CustomerGroups', GROUP);
      await eventually(() => endpoint.received.length === 1);
      await env.fo.patch(KEY, { Description: 'x' });
      await eventually(async () => {
        const { events } = (await env.fo.control('GET', 'status')) as { events: { lost: number } };
        return events.lost === 1;
      });
      expect(endpoint.attempts).toHaveLength(3);
    });

    it('given more than the supported rate, then the rest comes late', async () => {
      await env.fo.control('PUT', 'options', {
        dataEventsUrl: endpoint.url,
        dataEventsPer5MinutesMax: 1,
        dataEventSlowMs: 300,
      });
      const startedMs = Date.now();
      await env.fo.post('/CustomerGroups', GROUP);
      await env.fo.remove(KEY);
      await eventually(() => endpoint.received.length === 2);
      expect(Date.now() - startedMs).toBeGreaterThan(290);
      expect(endpoint.received.map((event) => event['MessageName'])).toEqual(['Create', 'Delete']);
    });

    it('given an import, then each row raises one; a set-based one raises none', async () => {
      await env.fo.control('PUT', 'options', {
        dataEventsUrl: endpoint.url,
        dataProjects: { Quiet: { entities: [], setBased: true } },
      });
      await importPackage(env, 'Quiet', 'CUSTOMERGROUPID\r\n1\r\n');
      await importPackage(env, 'Loud', 'CUSTOMERGROUPID\r\n2\r\n');
      await eventually(() => endpoint.received.length === 1);
      expect(endpoint.attempts[0]).toContain('"2"');
    });
  });

  describe('business events', () => {
    const activation = {
      event: 'CustGroupCreatedBusinessEvent',
      endpoint: 'ours',
      table: 'CustomerGroups',
      operations: ['create'],
      company: 'USMF',
      contract: { GroupId: 'CustomerGroupId', IncludesTax: 'IsSalesTaxIncludedInPrice' },
    };
    const setUp = (more: object = {}): Promise<unknown> =>
      env.fo.control('PUT', 'business-events', {
        endpoints: [{ name: 'ours', url: endpoint.url }],
        activations: [{ ...activation, ...more }],
      });

    it('given a new endpoint, then it gets a test message, once', async () => {
      await setUp();
      await setUp();
      await env.fo.post('/CustomerGroups', GROUP);
      await eventually(() => endpoint.received.length === 2);
      expect(endpoint.attempts[0]).toContain('"ControlNumber":-9223372036854775808');
      expect(endpoint.received[0]?.['BusinessEventId']).toBe('BusinessEventsTestEndpointContract');
    });

    it('given writes of its company, then one flat object each, numbers rising; refused writes raise none', async () => {
      await setUp();
      await env.fo.post('/CustomerGroups', GROUP);
      await env.fo.post('/CustomerGroups', GROUP);
      await env.fo.post('/CustomerGroups', { ...GROUP, dataAreaId: 'demf' });
      await env.fo.post('/CustomerGroups', { ...GROUP, CustomerGroupId: '20' });
      await eventually(() => endpoint.received.length === 3);
      const events = endpoint.received.filter((event) => event['GroupId'] !== undefined);
      expect(events.map((event) => event['GroupId']).sort()).toEqual(['10', '20']);
      for (const event of events)
        expect(event).toMatchObject({
          BusinessEventId: 'CustGroupCreatedBusinessEvent',
          BusinessEventLegalEntity: 'usmf',
          EventId: expect.stringMatching(/^[0-9A-F-]{36}$/),
          EventTime: expect.stringMatching(/^\/Date\(\d+\)\/$/),
          EventTimeIso8601: expect.stringMatching(/\.\d{7}Z$/),
          InitiatingUserAADObjectId: expect.stringMatching(/^\{[0-9A-F-]{36}\}$/),
          IncludesTax: 'No',
        });
      const numbers = events.map((event) => Number(event['ControlNumber']));
      expect(new Set(numbers).size).toBe(2);
    });

    it('given an endpoint that fails four times, then the event is in the error log until a person sends it', async () => {
      await setUp();
      await eventually(() => endpoint.received.length === 1);
      endpoint.answers.push(500, 500, 500, 500);
      await env.fo.post('/CustomerGroups', GROUP);
      const errors = async (): Promise<unknown[]> =>
        ((await env.fo.control('GET', 'business-events')) as { errors: unknown[] }).errors;
      await eventually(async () => (await errors()).length === 1);
      expect(endpoint.attempts).toHaveLength(5);
      expect(await env.fo.control('POST', 'business-events/resend')).toEqual({ sent: 1 });
      await eventually(() => endpoint.received.length === 2);
      expect(await errors()).toEqual([]);
    });

    it('given a set-up that makes no sense, then it is refused', async () => {
      await expect(setUp({ endpoint: 'other' })).rejects.toThrow('no endpoint other');
      const names = Array.from({ length: 11 }, (_, index) => `e${index}`);
      const many = {
        endpoints: names.map((name) => ({ name, url: endpoint.url })),
        activations: names.map((name) => ({ ...activation, endpoint: name })),
      };
      await expect(env.fo.control('PUT', 'business-events', many)).rejects.toThrow('more than 10');
    });
  });
});
