import { HttpCalls } from './http-call';
import type { HttpOutcome } from './http-outcome';
import { CallBudgets, type Place } from './budgets/call-budgets';
import type { BudgetLimits, Priority } from './budgets/limits';
import { SideUsers, type SideUser } from './side-users';

export interface SideHttpOptions {
  /** Scheme, host and root path without a slash at the end: `https://org.crm.dynamics.com/api/data/v9.2`. */
  readonly baseUrl: string;
  /** Who may speak for us; at least one. */
  readonly users: readonly SideUser[];
  /** Of each user on each server, until the side tells others. */
  readonly limits?: BudgetLimits;
  /** After this long our connection is cut, so no request of ours floats on our side any more (rule 9). */
  readonly requestDeadlineMs: number;
  readonly userAgent?: string;
  /** Metadata of a full installation has tens of megabytes; what is larger is no answer. */
  readonly responseBytesMax?: number;
}

export interface SideRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Below the base URL, or an absolute URL of a link; sent byte for byte. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Rows that the daily entitlement counts for it; 1 unless told. */
  readonly rowCount?: number;
}

const RESPONSE_BYTES_MAX = 268_435_456;

const NO_LIMITS: BudgetLimits = {
  requestCountMax: null,
  executionMsMax: null,
  concurrencyMax: 1_000,
  windowMs: 300_000,
};

/** What all requests to a side share, whoever makes them. */
class SideLine {
  readonly users: SideUsers;
  readonly budgets: CallBudgets;
  readonly calls: HttpCalls;
  answeredAtMs = 0;
  silentAtMs = 0;

  constructor({ users, limits = NO_LIMITS, responseBytesMax = RESPONSE_BYTES_MAX }: SideHttpOptions) {
    this.users = new SideUsers(users);
    this.budgets = new CallBudgets(this.users, limits);
    this.calls = new HttpCalls(responseBytesMax);
  }
}

/**
 * One side over HTTP: user and budget, token, deadline, one more try after 401 (which was surely without effect). Never
 * retries else.
 */
export class SideHttp {
  private readonly origin: string;

  constructor(
    private readonly options: SideHttpOptions,
    private readonly line = new SideLine(options),
    private readonly priority: Priority = 'live',
  ) {
    this.origin = new URL(options.baseUrl).origin;
  }

  /** The same side for requests that nobody waits for: they come behind the others. */
  get bulk(): SideHttp {
    return new SideHttp(this.options, this.line, 'bulk');
  }

  get budgets(): CallBudgets {
    return this.line.budgets;
  }

  /** When the oldest of the tokens in use was fetched, in ms since 1970; null: there is none. */
  get tokenRenewedAtMs(): number | null {
    return this.line.users.renewedAtMs;
  }

  get baseUrl(): string {
    return this.options.baseUrl;
  }

  get requestDeadlineMs(): number {
    return this.options.requestDeadlineMs;
  }

  /** The last request got no answer, or (with `silenceMsMax`) the last answer is older than that. */
  isDoubtful(silenceMsMax: number | null): boolean {
    const { silentAtMs, answeredAtMs } = this.line;
    if (silentAtMs >= answeredAtMs) return true;
    return silenceMsMax !== null && Date.now() - answeredAtMs > silenceMsMax;
  }

  /** Ends within the deadline, the wait for a turn, the token and a second try included. */
  async send(request: SideRequest): Promise<HttpOutcome> {
    const signal = AbortSignal.timeout(this.options.requestDeadlineMs);
    for (;;) {
      const taken = this.budgets.take(this.priority, request.rowCount ?? 1);
      // No turn of the event loop is lost where there is room.
      const place = taken instanceof Promise ? await taken : taken;
      if ('retryAfterMs' in place) return { kind: 'withheld', retryAfterMs: place.retryAfterMs };
      let outcome: HttpOutcome | null = null;
      try {
        outcome = await this.sendAs(place, request, signal);
      } finally {
        place.end(outcome);
      }
      if (outcome !== null) return this.noted(outcome);
    }
  }

  /** Null: this user's credentials do not serve, another one is to be asked. */
  private async sendAs(
    { user, cookie }: Place,
    request: SideRequest,
    signal: AbortSignal,
  ): Promise<HttpOutcome | null> {
    const { users } = this.line;
    const bearer = await users.bearer(user);
    if (bearer === null) return null;
    const outcome = await this.attempt(request, { bearer, cookie }, signal);
    if (outcome.kind !== 'reply' || outcome.status !== 401) return outcome;
    user.token.discard(bearer);
    const renewed = await users.bearer(user);
    return renewed === null ? outcome : this.attempt(request, { bearer: renewed, cookie }, signal);
  }

  private noted(outcome: HttpOutcome): HttpOutcome {
    if (outcome.kind === 'reply') this.line.answeredAtMs = Date.now();
    else this.line.silentAtMs = Date.now();
    return outcome;
  }

  /** The server's host may be another one than ours (a gateway between): path and query are kept as they came. */
  onOurHost(link: string): string {
    const start = link.search(/(?<=^[a-z]+:\/\/[^/]+)\//i);
    return start < 0 ? link : this.origin + link.slice(start);
  }

  private async attempt(
    request: SideRequest,
    { bearer, cookie }: { readonly bearer: string; readonly cookie: string | undefined },
    signal: AbortSignal,
  ): Promise<HttpOutcome> {
    if (signal.aborted)
      return { kind: 'silence', mayBeSent: false, text: 'the deadline passed before it was sent' };
    const { baseUrl, userAgent = 'dualwrite' } = this.options;
    const url = /^https?:\/\//i.test(request.url) ? request.url : `${baseUrl}/${request.url}`;
    const headers = {
      accept: 'application/json',
      'user-agent': userAgent,
      ...request.headers,
      authorization: `Bearer ${bearer}`,
      ...(cookie === undefined ? {} : { cookie }),
    };
    return this.line.calls.send({ method: request.method, url, headers, body: request.body, signal });
  }
}
