import { EXIT, exitCodeOf } from './exit-codes';
import type { Installation } from './installation';
import { CommandFailed, failed, isProblem } from './problem';

/** Longer than the console's own deadline for confirmations, so that its answer is what the user sees. */
const REQUEST_TIMEOUT_MS = 30_000;

/** The console's admin API; every refusal becomes a CommandFailed with its exit code. */
export class ConsoleClient {
  constructor(private readonly installation: Installation) {}

  get<T>(path: string, query: Readonly<Record<string, string | undefined>> = {}): Promise<T> {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, value);
    return this.request<T>('GET', search.size > 0 ? `${path}?${search}` : path);
  }

  post<T>(path: string, body: unknown, { timeoutMs = REQUEST_TIMEOUT_MS } = {}): Promise<T> {
    return this.request<T>('POST', path, body, timeoutMs);
  }

  private async request<T>(
    method: string,
    path: string,
    body?: unknown,
    timeoutMs = REQUEST_TIMEOUT_MS,
  ): Promise<T> {
    const response = await this.send(method, path, body, timeoutMs);
    const text = await response.text();
    const answer = parse(text);
    if (response.ok && answer !== undefined) return answer as T;
    if (response.ok) {
      throw failed(EXIT.failed, 'answer-not-json', 'The server gave an answer that is not JSON', {
        detail: `Is ${this.installation.url} the console of a Dualwrite installation?`,
      });
    }
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

  private async send(method: string, path: string, body: unknown, timeoutMs: number): Promise<Response> {
    try {
      return await fetch(`${this.installation.url}/api/v1/${path}`, {
        method,
        headers: {
          authorization: `Bearer ${this.installation.token}`,
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(timeoutMs),
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

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
