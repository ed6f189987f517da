import { testSandbox, type TestSandbox } from '../testing/sandbox-client';

const OTHER = '11111111-2222-4333-8444-555555555555';

/** Parts joined as clients do: `\r\n` or bare `\n`. */
const lines = (end: string, ...all: string[]): string => all.join(end);
const single = (request: string, body = ''): string[] => [
  '--b',
  'Content-Type: application/http',
  'Content-Transfer-Encoding:binary',
  '',
  request,
  'Content-Type: application/json',
  '',
  body,
  '',
];
const inSet = (contentId: string, request: string, body = ''): string[] => [
  '--c',
  'Content-Type: application/http',
  `Content-ID: ${contentId}`,
  '',
  request,
  'Content-Type: application/json; type=entry',
  '',
  body,
];
const set = (...parts: string[][]): string[] => [
  '--b',
  'Content-Type: multipart/mixed; boundary="c"',
  '',
  ...parts.flat(),
  '--c--',
  '',
];

describe('$batch of Dataverse', () => {
  let env: TestSandbox;
  beforeAll(async () => {
    env = await testSandbox();
  });
  afterAll(() => env.close());
  beforeEach(() => env.dataverse.control('POST', 'reset'));

  const send = (body: string, headers: Record<string, string> = {}) =>
    env.dataverse.post('/$batch', body, { 'content-type': 'multipart/mixed; boundary=b', ...headers });
  const count = async (table: string): Promise<number> =>
    ((await env.dataverse.control('GET', `tables/${table}/rows`)) as unknown[]).length;
  const statuses = (text: string): string[] =>
    [...text.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => status as string);

  it.each(['\r\n', '\n'])(
    'given a change set with a reference and a GET (%j), then all are done and answered in order',
    async (end) => {
      const body = lines(
        end,
        ...set(
          inSet(
            '1',
            'POST /api/data/v9.2/cdm_companies HTTP/1.1',
            `{"cdm_companyid":"${OTHER}","cdm_companycode":"usmf"}`,
          ),
          inSet(
            '2',
            `POST ${env.dataverse.url}/api/data/v9.2/accounts HTTP/1.1`,
            '{"accountnumber":"1","msdyn_Company@odata.bind":"$1"}',
          ),
          inSet('3', 'PATCH $1 HTTP/1.1', '{"cdm_name":"Contoso"}'),
        ),
        ...single(
          `GET accounts(accountnumber='1',_msdyn_company_value=${OTHER})?$select=accountnumber&$filter= HTTP/1.1`,
        ),
        '--b--',
        '',
      );
      const answer = await send(body);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toMatch(/^multipart\/mixed; boundary=batchresponse_/);
      expect(statuses(answer.text)).toEqual(['204', '204', '204', '200']);
      expect(answer.text).toContain(
        `Content-ID: 1\r\n\r\nHTTP/1.1 204 No Content\r\nOData-Version: 4.0\r\nLocation: ${env.dataverse.url}/api/data/v9.2/cdm_companies(${OTHER})\r\nOData-EntityId:`,
      );
    },
  );

  it('given a change set with one bad part, then nothing is stored and one error part answers', async () => {
    const body = lines(
      '\r\n',
      ...set(
        inSet('1', 'POST accounts HTTP/1.1', '{"name":"A"}'),
        inSet('2', 'POST accounts HTTP/1.1', '{"nothing":1}'),
      ),
      '--b--',
    );
    const answer = await send(body, { prefer: 'odata.continue-on-error' });
    expect([answer.status, statuses(answer.text), await count('account')]).toEqual([200, ['400'], 0]);
    expect(answer.text).toContain('REQ_ID: ');
  });

  it('given a failing part, then the batch stops there with its status; told to go on, it answers 200', async () => {
    const body = lines(
      '\r\n',
      ...single('POST accounts HTTP/1.1', '{"name":"A"}'),
      ...single(`GET accounts(${OTHER}) HTTP/1.1`),
      ...single('POST accounts HTTP/1.1', '{"name":"B"}'),
      '--b--',
    );
    const stopped = await send(body);
    expect([stopped.status, statuses(stopped.text), await count('account')]).toEqual([
      404,
      ['204', '404'],
      1,
    ]);
    const through = await send(body, { prefer: 'odata.continue-on-error' });
    expect([through.status, statuses(through.text), await count('account')]).toEqual([
      200,
      ['204', '404', '204'],
      3,
    ]);
  });

  it('given a forward reference, then 400 names it', async () => {
    const body = lines(
      '\r\n',
      ...set(
        inSet('1', 'PATCH $2 HTTP/1.1', '{"name":"A"}'),
        inSet('2', 'POST accounts HTTP/1.1', '{"name":"A"}'),
      ),
      '--b--',
    );
    const answer = await send(body);
    expect(answer.text).toContain("Content-ID Reference: '$2' does not exist in the batch context.");
    expect([answer.status, await count('account')]).toEqual([400, 0]);
  });
});
