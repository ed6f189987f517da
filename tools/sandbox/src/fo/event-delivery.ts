import { Agent, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** As F&O's batch threads: so many events are on their way at a time, and so their order is not promised. */
const LANE_COUNT = 4;
const TRIES = 4;
const PAUSE_MS = 1000;

interface Queued {
  body: string;
  queuedMs: number;
}

/**
 * Posts events in about the order of the writes, a few at a time. A failed one is tried three more times, a second apart;
 * then it is lost: nothing is sent again later. Events that have waited as long behind another get one try only, so a
 * dead endpoint loses what came meanwhile, and a new one gets what is new.
 */
export class EventDelivery {
  private readonly queue: Queued[] = [];
  private runningCount = 0;
  private isClosed = false;
  private readonly agent = new Agent({ keepAlive: true, maxSockets: LANE_COUNT });
  private readonly timers = new Set<NodeJS.Timeout>();
  readonly figures = { delivered: 0, lost: 0, dropped: 0 };

  constructor(private readonly settings: { url: () => string; timeoutMs: () => number }) {}

  send(body: string, { delayMs = 0 }: { delayMs?: number } = {}): void {
    if (this.isClosed || this.settings.url() === '') return;
    if (delayMs > 0) {
      this.later(delayMs, () => this.send(body));
      return;
    }
    this.queue.push({ body, queuedMs: Date.now() });
    if (this.runningCount < LANE_COUNT) void this.run();
  }

  close(): void {
    this.isClosed = true;
    this.queue.length = 0;
    for (const timer of this.timers) clearTimeout(timer);
    this.agent.destroy();
  }

  private async run(): Promise<void> {
    this.runningCount += 1;
    for (let next = this.queue.shift(); next && !this.isClosed; next = this.queue.shift()) {
      const isDelivered = await this.deliver(next);
      this.figures[isDelivered ? 'delivered' : 'lost'] += 1;
    }
    this.runningCount -= 1;
  }

  private async deliver({ body, queuedMs }: Queued): Promise<boolean> {
    for (let attempt = 1; ; attempt += 1) {
      if (await this.post(body)) return true;
      const isOld = Date.now() - queuedMs >= (TRIES - 1) * PAUSE_MS;
      if (attempt >= TRIES || isOld || this.isClosed) return false;
      await new Promise<void>((resolve) => this.later(PAUSE_MS, resolve));
    }
  }

  /** Any 2xx is a success; the body of the answer is ignored. */
  private post(body: string): Promise<boolean> {
    const url = this.settings.url();
    // The endpoint may be taken away while events wait.
    if (!URL.canParse(url)) return Promise.resolve(false);
    return new Promise((resolve) => {
      const isSecure = url.startsWith('https:');
      const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
      const timeout = this.settings.timeoutMs();
      const options = { method: 'POST', headers, timeout, ...(isSecure ? {} : { agent: this.agent }) };
      const outgoing = (isSecure ? httpsRequest : httpRequest)(url, options, (answer) => {
        const status = answer.statusCode ?? 500;
        answer.resume();
        answer.on('end', () => resolve(status >= 200 && status < 300));
        answer.on('error', () => resolve(false));
      });
      outgoing.on('timeout', () => outgoing.destroy(new Error('no answer in time')));
      outgoing.on('error', () => resolve(false));
      outgoing.end(body);
    });
  }

  private later(delayMs: number, work: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      work();
    }, delayMs);
    this.timers.add(timer);
  }
}
