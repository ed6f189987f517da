import { DependencyRefused, SideUnavailable } from '@dualwrite/telemetry';
import { proofOf, type Credential } from './credential';
import { silenceOf } from './http-outcome';
import { isObject, textOf, tryParse } from './lossless';
import { retryAfterMs } from './retry-after';

export interface ClientCredentialsOptions {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly credential: Credential;
  /** `https://HOST/.default`, without a slash behind the host: the token is refused otherwise. */
  readonly scope: string;
  readonly timeoutMs?: number;
}

interface Token {
  readonly value: string;
  readonly expiresAtMs: number;
}

/** A new token is fetched this long before the old one ends; half of its life if it is short. */
const REFRESH_AHEAD_MS = 300_000;
const TOKEN_LIFE_DEFAULT_MS = 3_600_000;

/** OAuth 2.0 client credentials: one token, shared, renewed ahead of its end; callers that meet share one request. */
export class ClientCredentials {
  private token: Token | null = null;
  private renewAtMs = 0;
  private underWay: Promise<Token> | null = null;
  private fetchedAtMs: number | null = null;

  constructor(private readonly options: ClientCredentialsOptions) {}

  /** When the last token was fetched; null: none has been. */
  get renewedAtMs(): number | null {
    return this.fetchedAtMs;
  }

  /** @throws {SideUnavailable} no token to be had now; {DependencyRefused} the credentials are not accepted */
  async bearer(): Promise<string> {
    const nowMs = Date.now();
    if (this.token === null || nowMs >= this.token.expiresAtMs) return (await this.renew()).value;
    if (nowMs >= this.renewAtMs) {
      // The old token still serves; if renewing it fails, the next caller tries again, and the last one waits for it.
      this.renew().catch(() => undefined);
    }
    return this.token.value;
  }

  /** The side did not take `refused`: the next call fetches a new one, unless somebody already has. */
  discard(refused: string): void {
    if (this.token?.value === refused) this.token = null;
  }

  private renew(): Promise<Token> {
    this.underWay ??= this.fetchToken().finally(() => (this.underWay = null));
    return this.underWay;
  }

  private async fetchToken(): Promise<Token> {
    const startedAtMs = Date.now();
    const { status, headers, text } = await this.request();
    if (status === 400 || status === 401 || status === 403) {
      throw new DependencyRefused('the token server refuses our credentials', {
        status,
        code: errorCode(text),
      });
    }
    const answer = tryParse(text);
    const value = textOf(answer, 'access_token');
    if (status !== 200 || value === undefined) {
      const waitMs = retryAfterMs(headers.get('retry-after') ?? undefined, Date.now(), 2_000);
      throw new SideUnavailable(`the token server answered ${status}`, waitMs);
    }
    const lifeMs = Number(textOf(answer, 'expires_in')) * 1_000 || TOKEN_LIFE_DEFAULT_MS;
    this.token = { value, expiresAtMs: startedAtMs + lifeMs };
    this.fetchedAtMs = startedAtMs;
    this.renewAtMs = this.token.expiresAtMs - Math.min(REFRESH_AHEAD_MS, lifeMs / 2);
    return this.token;
  }

  private async request(): Promise<{ status: number; headers: Headers; text: string }> {
    const { tokenUrl, clientId, scope, timeoutMs = 10_000 } = this.options;
    const form = {
      grant_type: 'client_credentials',
      client_id: clientId,
      scope,
      ...(await this.proof()),
    };
    try {
      const response = await fetch(tokenUrl, {
        method: 'POST',
        body: new URLSearchParams(form),
        signal: AbortSignal.timeout(timeoutMs),
      });
      return { status: response.status, headers: response.headers, text: await response.text() };
    } catch (error) {
      throw new SideUnavailable('the token server is away', 2_000, { cause: silenceOf(error).text });
    }
  }

  private async proof(): Promise<Readonly<Record<string, string>>> {
    const { credential, clientId, tokenUrl } = this.options;
    try {
      return await proofOf(credential, clientId, tokenUrl);
    } catch (error) {
      // Neither the file's content nor its path is for the log; what failed is.
      const { code = 'unreadable' } = error as { code?: string };
      throw new DependencyRefused(`our ${credential.kind} cannot be used`, { clientId, code });
    }
  }
}

function errorCode(text: string): string | undefined {
  const answer = tryParse(text);
  return isObject(answer) ? textOf(answer, 'error') : undefined;
}
