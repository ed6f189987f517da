import { HttpCalls } from './http-call';
import type { HttpOutcome } from './http-outcome';
import { SideUsers, type SideUser } from './side-users';

export interface SideHttpOptions {
  /** Scheme, host and root path without a slash at the end: `https://org.crm.dynamics.com/api/data/v9.2`. */
  readonly baseUrl: string;
  /** Who may speak for us; at least one. */
  readonly users: readonly SideUser[];
  /** After this long our connection is cut, so no request of ours floats on our side any more (rule 9). */
  readonly requestDeadlineMs: number;
  readonly userAgent?: string;
  /** Metadata of a full installation has tens of megabytes; what is larger is no answer. */
  readonly responseBytesMax?: number;
}

export interface SideRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the base URL, or an absolute URL of a link; sent byte for byte. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const RESPONSE_BYTES_MAX = 268_435_456;

/** One side over HTTP: token, deadline, one more try after 401 (which was surely without effect). Never retries else. */
export class SideHttp {
  private readonly calls: HttpCalls;
  private readonly origin: string;
  private answeredAtMs = 0;
  private silentAtMs = 0;
  private readonly users: SideUsers;
  private turn = 0;

  constructor(private readonly options: SideHttpOptions) {
    this.users = new SideUsers(options.users);
    this.calls = new HttpCalls(options.responseBytesMax ?? RESPONSE_BYTES_MAX);
    this.origin = new URL(options.baseUrl).origin;
  }

  get baseUrl(): string {
    return this.options.baseUrl;
  }

  get requestDeadlineMs(): number {
    return this.options.requestDeadlineMs;
  }

  /** The last request got no answer, or (with `silenceMsMax`) the last answer is older than that. */
  isDoubtful(silenceMsMax: number | null): boolean {
    if (this.silentAtMs >= this.answeredAtMs) return true;
    return silenceMsMax !== null && Date.now() - this.answeredAtMs > silenceMsMax;
  }

  /** Ends within the deadline, the token and a second try included. */
  async send(request: SideRequest): Promise<HttpOutcome> {
    const signal = AbortSignal.timeout(this.options.requestDeadlineMs);
    const { user, bearer } = await this.nextUser();
    const outcome = await this.attempt(request, bearer, signal);
    if (outcome.kind !== 'reply' || outcome.status !== 401) return this.noted(outcome);
    user.token.discard(bearer);
    const renewed = await this.users.bearer(user);
    return this.noted(renewed === null ? outcome : await this.attempt(request, renewed, signal));
  }

  private async nextUser(): Promise<{ readonly user: SideUser; readonly bearer: string }> {
    for (;;) {
      const serving = this.users.serving();
      const user = serving[this.turn++ % serving.length] as SideUser;
      const bearer = await this.users.bearer(user);
      if (bearer !== null) return { user, bearer };
    }
  }

  private noted(outcome: HttpOutcome): HttpOutcome {
    if (outcome.kind === 'reply') this.answeredAtMs = Date.now();
    else this.silentAtMs = Date.now();
    return outcome;
  }

  /** The server's host may be another one than ours (a gateway between): path and query are kept as they came. */
  onOurHost(link: string): string {
    const start = link.search(/(?<=^[a-z]+:\/\/[^/]+)\//i);
    return start < 0 ? link : this.origin + link.slice(start);
  }

  private async attempt(request: SideRequest, token: string, signal: AbortSignal): Promise<HttpOutcome> {
    if (signal.aborted)
      return { kind: 'silence', mayBeSent: false, text: 'the deadline passed before it was sent' };
    const { baseUrl, userAgent = 'dualwrite' } = this.options;
    const url = /^https?:\/\//i.test(request.url) ? request.url : `${baseUrl}/${request.url}`;
    const headers = {
      accept: 'application/json',
      'user-agent': userAgent,
      ...request.headers,
      authorization: `Bearer ${token}`,
    };
    return this.calls.send({ method: request.method, url, headers, body: request.body, signal });
  }
}
