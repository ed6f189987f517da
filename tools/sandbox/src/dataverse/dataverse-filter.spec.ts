import type { JsonObject } from '../json/exact-json';
import { testSandbox, type TestSandbox } from '../testing/sandbox-client';

const NOW = '2026-03-18T10:00:00Z'; // a Wednesday
const CRM = 'Microsoft.Dynamics.CRM.';

describe('$filter of Dataverse', () => {
  let env: TestSandbox;
  beforeAll(async () => {
    env = await testSandbox();
    await env.dataverse.control('POST', 'clock', { now: NOW });
    await env.dataverse.control('PUT', 'schema', {
      tables: [
        {
          logicalName: 'new_event',
          entitySetName: 'new_events',
          primaryId: 'new_eventid',
          primaryName: 'new_name',
          columns: [
            { name: 'new_name', type: 'string' },
            { name: 'new_other', type: 'string' },
            { name: 'new_size', type: 'integer' },
            { name: 'new_amount', type: 'decimal' },
            { name: 'new_at', type: 'datetime' },
            { name: 'new_kinds', type: 'multiselectpicklist' },
          ],
        },
      ],
    });
    const at = (name: string, new_at: string, more: object = {}): object => ({
      new_name: name,
      new_at,
      ...more,
    });
    await env.dataverse.control('PUT', 'tables/new_event/rows', [
      at('today', '2026-03-18T01:00:00Z', { new_size: 1, new_kinds: '1,2', new_other: 'TODAY' }),
      at('yesterday', '2026-03-17T23:59:59Z', { new_size: 5, new_kinds: '3', new_amount: 10.5 }),
      at('tomorrow', '2026-03-19T00:00:00Z', { new_size: 10 }),
      at('last month', '2026-02-10T12:00:00Z', { new_size: 11 }),
      at('next year', '2027-01-01T00:00:00Z', { new_other: '100% sure' }),
    ]);
  });
  afterAll(() => env.close());

  const found = async (filter: string, more = ''): Promise<unknown[]> => {
    const query = `/new_events?$select=new_name&$filter=${encodeURIComponent(filter)}${more}`;
    const answer = await env.dataverse.get(query);
    if (answer.status !== 200) return [answer.status, answer.text];
    return (answer.json['value'] as JsonObject[]).map((row) => row['new_name']).sort();
  };
  const all = ['last month', 'next year', 'today', 'tomorrow', 'yesterday'];

  it.each<[string, string[]]>([
    [`${CRM}In(PropertyName='new_name',PropertyValues=["today","TOMORROW"])`, ['today', 'tomorrow']],
    [
      `${CRM}NotIn(PropertyName='new_name',PropertyValues=["today","tomorrow","next year"])`,
      ['last month', 'yesterday'],
    ],
    [`${CRM}Between(PropertyName='new_size',PropertyValues=["5","10"])`, ['tomorrow', 'yesterday']],
    [`${CRM}NotBetween(PropertyName='new_size',PropertyValues=["5","10"])`, ['last month', 'today']],
    [`${CRM}ContainValues(PropertyName='new_kinds',PropertyValues=["2","3"])`, ['today', 'yesterday']],
    [`${CRM}Today(PropertyName='new_at')`, ['today']],
    [`${CRM}Yesterday(PropertyName='new_at')`, ['yesterday']],
    [`${CRM}Tomorrow(PropertyName='new_at')`, ['tomorrow']],
    [`${CRM}On(PropertyName='new_at',PropertyValue='2026-03-17')`, ['yesterday']],
    [`${CRM}OnOrAfter(PropertyName='new_at',PropertyValue='2026-03-19')`, ['next year', 'tomorrow']],
    [`${CRM}OnOrBefore(PropertyName='new_at',PropertyValue='2026-03-17')`, ['last month', 'yesterday']],
    [`${CRM}LastXDays(PropertyName='new_at',PropertyValue=1)`, ['today', 'yesterday']],
    [`${CRM}NextXDays(PropertyName='new_at',PropertyValue=1)`, ['tomorrow']],
    [`${CRM}LastXHours(PropertyName='new_at',PropertyValue=10)`, ['today']],
    [`${CRM}OlderThanXMonths(PropertyName='new_at',PropertyValue=1)`, ['last month']],
    [`${CRM}ThisWeek(PropertyName='new_at')`, ['today', 'tomorrow', 'yesterday']],
    [`${CRM}LastMonth(PropertyName='new_at')`, ['last month']],
    [`${CRM}NextYear(PropertyName='new_at')`, ['next year']],
    [`${CRM}Last7Days(PropertyName='new_at')`, ['today', 'yesterday']],
    [`${CRM}EqualUserId(PropertyName='ownerid')`, []],
    ['new_name eq new_other', ['today']],
    ["contains(new_name,'o') and not contains(new_name,'row')", ['last month', 'today']],
    ["startswith(new_name,'to') eq true", ['today', 'tomorrow']],
    ["contains(new_name,'to%w')", ['tomorrow']],
    ["startswith(new_name,'t[m-o]d') or startswith(new_name,'t[^n]m')", ['today', 'tomorrow']],
    ['not (new_size gt 5 or new_size eq null)', ['today', 'yesterday']],
    ['new_amount ge 10.50', ['yesterday']],
    ["(new_name eq 'today' or new_name eq 'tomorrow') and new_size lt 10", ['today']],
  ])('%s', async (filter, expected) => {
    expect(await found(filter)).toEqual(expected);
  });

  it('given parameter aliases, then they stand for their values, lists too', async () => {
    expect(
      await found(`${CRM}In(PropertyName=@p1,PropertyValues=@p2)`, `&@p1='new_name'&@p2=["today"]`),
    ).toEqual(['today']);
    expect(await found('new_size eq @p1', '&@p1=10')).toEqual(['tomorrow']);
  });

  it('given a query that is form-encoded, then it is read as well', async () => {
    const answer = await env.dataverse.get(
      '/new_events?%24select=new_name%2Cnew_size&%24filter=new_name+eq+%27next+year%27',
    );
    expect((answer.json['value'] as JsonObject[]).map((row) => row['new_name'])).toEqual(['next year']);
  });

  it.each([
    ["endswith(new_name,'%x')", 400],
    ["contains(new_name,'_x')", 400],
    ["contains(new_name,'a[z-a]')", 400],
    ['new_nothing eq 1', 400],
    ["new_size eq 'x'", 400],
    [`${CRM}Nothing(PropertyName='new_at')`, 400],
    [`${CRM}Between(PropertyName='new_size',PropertyValues=["5"])`, 400],
    [`${CRM}LastXDays(PropertyName='new_at',PropertyValue=0)`, 400],
    [`${'('.repeat(5000)}new_size eq 1`, 400],
    [`${'not '.repeat(5000)}new_size eq 1`, 200],
    [`${CRM}ThisFiscalYear(PropertyName='new_at')`, 501],
    [`${CRM}Under(PropertyName='new_eventid',PropertyValue='x')`, 501],
  ])('%.60s gives %i', async (filter, status) => {
    const answer = await env.dataverse.get(`/new_events?$filter=${encodeURIComponent(filter)}`);
    expect(answer.status).toBe(status);
    if (status === 200) expect((answer.json['value'] as unknown[]).length).toBeLessThanOrEqual(all.length);
  });
});
