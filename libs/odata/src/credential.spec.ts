import { createHash, createPublicKey, verify, X509Certificate, constants } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { ClientCredentials } from './client-credentials';
import type { Credential } from './credential';

const fixture = (name: string): string =>
  readFileSync(path.resolve(__dirname, '../test/certificate', name), 'utf8');
const certificate = fixture('certificate.pem');
const pem = `${certificate}\n${fixture('key.pem')}`;

describe('credentials of an application user', () => {
  let server: Server;
  let tokenUrl: string;
  const forms: URLSearchParams[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        forms.push(new URLSearchParams(body));
        response.end(JSON.stringify({ access_token: 'granted', expires_in: 3_600 }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    tokenUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`;
  });
  beforeEach(() => void forms.splice(0));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const callerWith = (credential: Credential): ClientCredentials =>
    new ClientCredentials({ tokenUrl, clientId: 'app-1', credential, scope: 'https://side/.default' });

  it('a secret is sent as such', async () => {
    expect(await callerWith({ kind: 'secret', secret: () => Promise.resolve('s3cret') }).bearer()).toBe(
      'granted',
    );
    expect(Object.fromEntries(forms[0] ?? [])).toEqual({
      grant_type: 'client_credentials',
      client_id: 'app-1',
      scope: 'https://side/.default',
      client_secret: 's3cret',
    });
  });

  it('a certificate signs an assertion that its public key verifies, for this token server and no other', async () => {
    await callerWith({ kind: 'certificate', pem: () => Promise.resolve(pem) }).bearer();
    const [form] = forms;
    expect(form?.get('client_assertion_type')).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    expect(form?.has('client_secret')).toBe(false);
    const [header = '', claims = '', signature = ''] = (form?.get('client_assertion') ?? '').split('.');
    const isGenuine = verify(
      'sha256',
      Buffer.from(`${header}.${claims}`),
      {
        key: createPublicKey(certificate),
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
      },
      Buffer.from(signature, 'base64url'),
    );
    expect(isGenuine).toBe(true);
    const digest = createHash('sha256').update(new X509Certificate(certificate).raw).digest('base64url');
    expect(decoded(header)).toEqual({ alg: 'PS256', typ: 'JWT', 'x5t#S256': digest });
    expect(decoded(claims)).toMatchObject({ aud: tokenUrl, iss: 'app-1', sub: 'app-1' });
    const { exp } = decoded(claims) as { exp: number };
    expect(exp * 1_000).toBeGreaterThan(Date.now());
  });

  it('a federated token is read anew for every request: the platform replaces it', async () => {
    const tokens = ['first\n', 'second\n'];
    const caller = callerWith({
      kind: 'federated-token',
      token: () => Promise.resolve(tokens.shift() ?? ''),
    });
    caller.discard(await caller.bearer());
    await caller.bearer();
    expect(forms.map((form) => form.get('client_assertion'))).toEqual(['first', 'second']);
  });

  it('a credential that cannot be read is refused, and the message tells nothing of it', async () => {
    const caller = callerWith({ kind: 'certificate', pem: () => Promise.resolve('no key of ours') });
    await expect(caller.bearer()).rejects.toMatchObject({
      code: 'dependency-refused',
      message: 'our certificate cannot be used',
    });
    expect(forms).toEqual([]);
  });
});

function decoded(part: string): unknown {
  return JSON.parse(Buffer.from(part, 'base64url').toString());
}
