import { SideHttp } from '@dualwrite/odata';

type Outcome = Awaited<ReturnType<SideHttp['send']>>;
const NOBODY = { name: 'nobody', token: { bearer: () => Promise.resolve('none'), discard: () => undefined } };

/** A side that answers every request with the same bytes. */
export class Answered extends SideHttp {
  constructor(private readonly answer: Outcome) {
    super({ baseUrl: 'http://side.invalid/data', users: [NOBODY], requestDeadlineMs: 1_000 });
  }

  override send(): Promise<Outcome> {
    return Promise.resolve(this.answer);
  }
}

/** What a broken answer may come out as: refused for good, or for a while. */
export function reply(status: number, body: string, contentType = 'application/json'): Answered {
  return new Answered({ kind: 'reply', status, headers: { 'content-type': contentType }, body });
}
