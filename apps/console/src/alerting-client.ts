import { HttpException } from '@nestjs/common';
import { askService } from './internal-http';
import { problem } from './problems';

/** The journal's API, kept by alerting. */
export class AlertingClient {
  constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  async get(path: string, query: Readonly<Record<string, string | undefined>>): Promise<unknown> {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, value);
    const { status, body } = await askService('alerting', `${this.url}/api/v1/${path}?${search}`, this.token);
    if (status === 200) return body;
    // What the caller asked wrongly is his to mend; anything else is between the two services.
    if (status === 400 && typeof body === 'object' && body !== null) throw new HttpException(body, status);
    throw problem(503, 'journal-unavailable', 'The journal does not answer', {
      detail: `alerting answered ${status}.`,
    });
  }
}
