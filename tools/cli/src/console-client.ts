import { eventsOf } from './event-stream';
import { EXIT, exitCodeOf } from './exit-codes';
import type { Installation } from './installation';
import { CommandFailed, failed, isProblem } from './problem';

/** Longer than the console's own deadline for confirmations, so that its answer is what the user sees. */
const REQUEST_TIMEOUT_MS = 30_000;
const RECONNECT_MS = 1_000;

/** The console's admin API; every refusal becomes a CommandFailed with its exit code. */
export class ConsoleClient {
  constructor(private readonly installation: Installation) {}

  get<T>(path: string, query: Query = {}): Promise<T> {
    const search = searchOf(query);
    return this.request<T>('GET', search.size > 0 ? `${path}?${search}` : path);
  }

  post<T>(path: string, body: unknown, { timeoutMs = REQUEST_TIMEOUT_MS } = {}): Promise<T> {
    return this.request<T>('POST', path, body, timeoutMs);
  }

  put<T>(path: string, body: unknown): Promise<T> {
    return this.request<T>('PUT', path, body);
  }

  delete<T>(path: string): Promise<T> {
    return this.request<T>('DELETE', path);
  }

  /** Server-sent events as they come; the connection is made again, after the last event seen, when it breaks. */
  async *events<T>(path: string, query: Query, signal: AbortSignal): AsyncGenerator<T> {
    const search = searchOf(query);
    let lastEventId: string | undefined;
    while (!signal.aborted) {
      const response = await this.send('GET', `${path}?${search}`, {
        signal,
        headers: {
          accept: 'text/event-stream',
          ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
        },
      });
      if (!response.ok) await this.refused(response);
      for await (const event of eventsOf(response)) {
        lastEventId = event.id ?? lastEventId;
        yield JSON.parse(event.data) as T;
      }
      // It ended between two events: the server is being replaced, say.
      if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
    }
  }

  private async request<T>(
    method: string,
    path: string,
    body?: unknown,
    timeoutMs = REQUEST_TIMEOUT_MS,
  ): Promise<T> {
    const response = await this.send(method, path, {
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      timeoutMs,
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (!response.ok) return this.refused(response);
    const answer = parse(await response.text());
    if (answer !== undefined) return answer as T;
    throw failed(EXIT.failed, 'answer-not-json', 'The server gave an answer that is not JSON', {
      detail: `Is ${this.installation.url} the console of a Dualwrite installation?`,
    });
  }

  /** @throws {CommandFailed} always */
  private async refused(response: Response): Promise<never> {
    const answer = parse(await response.text());
    const exitCode = exitCodeOf(response.status);
    if (isProblem(answer)) throw new CommandFailed(exitCode, answer);
    throw failed(
      exitCode,
      'http-error',
      `The server answered ${response.status} ${response.statusText}`.trim(),
      {
        status: response.status,
      },
    );
  }

  private async send(
    method: string,
    path: string,
    { headers, body, signal, timeoutMs = REQUEST_TIMEOUT_MS }: SendOptions,
  ): Promise<Response> {
    try {
      return await fetch(`${this.installation.url}/api/v1/${path}`, {
        method,
        headers: { ...headers, authorization: `Bearer ${this.installation.token}` },
        ...(body === undefined ? {} : { body }),
        signal,
      });
    } catch (cause) {
      const isTimeout = cause instanceof Error && cause.name === 'TimeoutError';
      throw Object.assign(
        isTimeout
          ? failed(EXIT.timedOut, 'no-answer', 'The server did not answer in time', {
              detail: `${this.installation.url} gave no answer within ${timeoutMs / 1000} s; what was asked may go on.`,
            })
          : failed(EXIT.unreachable, 'server-unreachable', 'The server is not reachable', {
              detail: `${this.installation.url} refuses the connection; is the installation running?`,
            }),
        { cause },
      );
    }
  }
}

type Query = Readonly<Record<string, string | undefined>>;

interface SendOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
  /** For the words, should the signal be a time-out. */
  readonly timeoutMs?: number;
}

function searchOf(query: Query): URLSearchParams {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, value);
  return search;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
