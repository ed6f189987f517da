import type { RequestStatus, StatusRecord } from '@dualwrite/events';

/** The ends of requests that this console has made, as dw.status tells them. */
export class RequestAnswers {
  private readonly awaited = new Map<string, (answer: RequestStatus) => void>();

  note(record: StatusRecord): void {
    if (record.kind !== 'request') return;
    const take = this.awaited.get(record.id);
    this.awaited.delete(record.id);
    take?.(record);
  }

  /**
   * To be called before the requests are published.
   *
   * @returns the answers in the order of the ids; null: time is up, and the requests go on
   */
  async all(ids: readonly string[], deadlineMs: number): Promise<readonly RequestStatus[] | null> {
    const answers = Promise.all(
      ids.map((id) => new Promise<RequestStatus>((resolve) => this.awaited.set(id, resolve))),
    );
    let timer: NodeJS.Timeout | undefined;
    const timeIsUp = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), deadlineMs);
    });
    try {
      return await Promise.race([answers, timeIsUp]);
    } finally {
      clearTimeout(timer);
      for (const id of ids) this.awaited.delete(id);
    }
  }
}
