import { createHash, createHmac, randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from '../control/clock';
import type { RowStore } from '../store/row-store';

export interface Credentials {
  tenantId: string;
  clientId: string;
  clientSecret: string;
}

export interface TokenAnswer {
  status: number;
  body: object;
}

export const TOKEN_PATH = /^\/([^/]+)\/oauth2\/(v2\.0\/)?token$/;
const LIFE_SECONDS = 3599;

/**
 * Client credentials in both forms of the token endpoint. Any client id is taken with the right secret: what a person
 * does and what the product does can so be told apart by caller.
 */
export class TokenServer {
  readonly credentials: Credentials;
  private readonly signingKey: string;
  private readonly checked = new Map<string, { audience: string; caller: string; expiresMs: number }>();

  constructor(
    store: RowStore,
    private readonly clock: Clock,
    /** Audiences that a token can be asked for. */
    private readonly isKnownResource: (resource: string) => boolean,
  ) {
    const kept = store.readNote('oauth') as (Credentials & { signingKey: string }) | undefined;
    const settings = kept ?? {
      tenantId: randomUUID(),
      clientId: randomUUID(),
      clientSecret: randomBytes(24).toString('base64url'),
      signingKey: randomBytes(32).toString('base64url'),
    };
    if (!kept) store.note('oauth', settings);
    const { signingKey, ...credentials } = settings;
    this.credentials = credentials;
    this.signingKey = signingKey;
  }

  issue(path: string, form: URLSearchParams): TokenAnswer {
    const isV2 = TOKEN_PATH.exec(path)?.[2] !== undefined;
    if (form.get('grant_type') !== 'client_credentials')
      return problem(
        400,
        'unsupported_grant_type',
        'AADSTS70003: The app requested an unsupported grant type.',
      );
    const clientId = form.get('client_id');
    if (!clientId)
      return problem(
        400,
        'invalid_request',
        "AADSTS900144: The request body must contain the following parameter: 'client_id'.",
      );
    if (form.get('client_secret') !== this.credentials.clientSecret)
      return problem(
        401,
        'invalid_client',
        `AADSTS7000215: Invalid client secret provided for app '${clientId}'.`,
      );
    const scope = form.get('scope') ?? '';
    if (isV2 && !scope.endsWith('/.default'))
      return problem(
        400,
        'invalid_scope',
        `AADSTS1002012: The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier.`,
      );
    const resource = isV2 ? scope.slice(0, -'/.default'.length) : (form.get('resource') ?? '');
    if (!this.isKnownResource(resource.replace(/\/$/, '')))
      return problem(
        400,
        'invalid_resource',
        `AADSTS500011: The resource principal named ${resource} was not found in the tenant.`,
      );
    const nowSeconds = Math.floor(this.clock.nowMs() / 1000);
    const token = this.sign({
      aud: resource,
      appid: clientId,
      iat: nowSeconds,
      exp: nowSeconds + LIFE_SECONDS,
      tid: this.credentials.tenantId,
    });
    if (isV2)
      return {
        status: 200,
        body: {
          token_type: 'Bearer',
          expires_in: LIFE_SECONDS,
          ext_expires_in: LIFE_SECONDS,
          access_token: token,
        },
      };
    return {
      status: 200,
      body: {
        token_type: 'Bearer',
        expires_in: String(LIFE_SECONDS),
        ext_expires_in: String(LIFE_SECONDS),
        expires_on: String(nowSeconds + LIFE_SECONDS),
        not_before: String(nowSeconds),
        resource,
        access_token: token,
      },
    };
  }

  /** The caller of a request, or why it is refused. */
  check(
    authorization: string | undefined,
    isAudience: (audience: string) => boolean,
  ): { caller: string } | { problem: string } {
    const token = /^Bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) return { problem: 'no bearer token' };
    const known = this.checked.get(token) ?? this.read(token);
    if (!known) return { problem: 'invalid token' };
    if (known.expiresMs <= this.clock.nowMs()) return { problem: 'expired token' };
    if (!isAudience(known.audience)) return { problem: 'other audience' };
    return { caller: known.caller };
  }

  private sign(claims: object): string {
    const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const content = `${encode({ typ: 'JWT', alg: 'HS256' })}.${encode({ ...claims, uti: randomUUID() })}`;
    return `${content}.${this.signature(content)}`;
  }

  private signature(content: string): string {
    return createHmac('sha256', this.signingKey).update(content).digest('base64url');
  }

  private read(token: string): { audience: string; caller: string; expiresMs: number } | undefined {
    const end = token.lastIndexOf('.');
    const content = token.slice(0, Math.max(0, end));
    if (end < 0 || this.signature(content) !== token.slice(end + 1)) return undefined;
    const claims = JSON.parse(Buffer.from(content.split('.')[1] ?? '', 'base64url').toString()) as {
      aud: string;
      appid: string;
      exp: number;
    };
    const read = { audience: claims.aud, caller: claims.appid, expiresMs: claims.exp * 1000 };
    if (this.checked.size > 1000) this.checked.clear();
    this.checked.set(token, read);
    return read;
  }
}

/** An id that is always the same for the same text: users and other rows that the sandbox makes by itself. */
export function idOf(text: string): string {
  const hex = createHash('sha1').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function problem(status: number, error: string, description: string): TokenAnswer {
  return {
    status,
    body: { error, error_description: description, error_codes: [Number(/\d+/.exec(description)?.[0])] },
  };
}
