import { testSandbox, tokenFor, type TestSandbox } from '../testing/sandbox-client';

describe('throttling by load of F&O', () => {
  let env: TestSandbox;
  beforeAll(async () => {
    env = await testSandbox();
  });
  afterAll(() => env.close());
  beforeEach(() => env.fo.control('POST', 'reset'));

  it('given load, then callers are refused by their priority; metadata and packages are exempt', async () => {
    await env.fo.control('PUT', 'options', {
      resourceLoadPercent: 85,
      resourceRetryAfterSeconds: 0,
      users: { important: { priority: 'high' } },
    });
    const refused = await env.fo.get('/CustomerGroups');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, null]);
    expect((await env.fo.get(`${env.fo.url}/metadata/PublicEntities?$top=1`)).status).toBe(200);
    const status =
      '/DataManagementDefinitionGroups/Microsoft.Dynamics.DataEntities.GetExecutionSummaryStatus';
    expect((await env.fo.post(status, '{"executionId":"x"}')).status).toBe(200);
    const mine = env.fo.token;
    env.fo.token = await tokenFor(env.sandbox, env.fo.url, 'important');
    expect((await env.fo.get('/CustomerGroups')).status).toBe(200);
    env.fo.token = mine;
  });

  it('given requests of others, then they make the load, and it goes by', async () => {
    await env.fo.control('PUT', 'options', { resourceRequestsPerMinuteMax: 5 });
    const mine = env.fo.token;
    env.fo.token = await tokenFor(env.sandbox, env.fo.url, 'other');
    for (let count = 0; count < 3; count += 1) expect((await env.fo.get('/CustomerGroups')).status).toBe(200);
    env.fo.token = mine;
    const refused = await env.fo.get('/CustomerGroups');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '12']);
    await env.fo.control('POST', 'clock', { advanceSeconds: 61 });
    expect((await env.fo.get('/CustomerGroups')).status).toBe(200);
  });

  it('given load, then a part of a batch is refused by itself', async () => {
    await env.fo.control('PUT', 'options', { resourceLoadPercent: 100 });
    const lines = [
      '--b',
      'Content-Type: application/http',
      '',
      'GET CustomerGroups HTTP/1.1',
      '',
      '',
      '--b--',
    ];
    const batch = await env.fo.post('/$batch', lines.join('\r\n'), {
      'content-type': 'multipart/mixed; boundary=b',
    });
    expect([batch.status, batch.text]).toEqual([
      200,
      expect.stringMatching(/HTTP\/1\.1 429 Too Many Requests\r\n[^]*Retry-After: 12/),
    ]);
  });
});
