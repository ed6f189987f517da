import { Agent, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** As F&O's batch threads: so many events are on their way at a time, and so their order is not promised. */
const LANE_COUNT = 4;

/** Who sends decides how often it is tried. `status`: null = no answer in time, or no connection. */
export interface DeliveryRules {
  readonly attemptCountMax: number;
  readonly pauseMs: number;
  mayTryAgain(status: number | null): boolean;
}

/** F&O's own batch threads: three more tries, a second apart, whatever went wrong. */
export const FO_RULES: DeliveryRules = { attemptCountMax: 4, pauseMs: 1000, mayTryAgain: () => true };
/** Through Dataverse: one more try after 502, 503 and 504; everything else fails at once. */
export const DATAVERSE_RULES: DeliveryRules = {
  attemptCountMax: 2,
  pauseMs: 100,
  mayTryAgain: (status) => status !== null && status >= 502 && status <= 504,
};

interface Queued {
  body: string;
  queuedMs: number;
}

/**
 * Posts events in about the order of the writes, a few at a time. One that fails in all its tries is lost: nothing is sent
 * again later. Events that have waited as long behind another get one try only, so a dead endpoint loses what came
 * meanwhile, and a new one gets what is new.
 */
export class EventDelivery {
  private readonly queue: Queued[] = [];
  private runningCount = 0;
  private isClosed = false;
  private readonly agent = new Agent({ keepAlive: true, maxSockets: LANE_COUNT });
  private readonly timers = new Set<NodeJS.Timeout>();
  readonly figures = { delivered: 0, lost: 0, dropped: 0 };

  constructor(
    private readonly settings: {
      url: () => string;
      timeoutMs: () => number;
      rules?: () => DeliveryRules;
      /** Told of every event that was lost. */
      onLost?: (body: string) => void;
    },
  ) {}

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
      if (!isDelivered) this.settings.onLost?.(next.body);
    }
    this.runningCount -= 1;
  }

  private async deliver({ body, queuedMs }: Queued): Promise<boolean> {
    const { attemptCountMax, pauseMs, mayTryAgain } = this.settings.rules?.() ?? FO_RULES;
    for (let attempt = 1; ; attempt += 1) {
      const status = await this.post(body);
      if (status !== null && status >= 200 && status < 300) return true;
      const isOld = Date.now() - queuedMs >= (attemptCountMax - 1) * pauseMs;
      if (attempt >= attemptCountMax || isOld || this.isClosed || !mayTryAgain(status)) return false;
      await new Promise<void>((resolve) => this.later(pauseMs, resolve));
    }
  }

  /** The status; the body of the answer is ignored. */
  private post(body: string): Promise<number | null> {
    const url = this.settings.url();
    // The endpoint may be taken away while events wait.
    if (!URL.canParse(url)) return Promise.resolve(null);
    return new Promise((resolve) => {
      const isSecure = url.startsWith('https:');
      const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
      const timeout = this.settings.timeoutMs();
      const options = { method: 'POST', headers, timeout, ...(isSecure ? {} : { agent: this.agent }) };
      const outgoing = (isSecure ? httpsRequest : httpRequest)(url, options, (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode ?? null));
        answer.on('error', () => resolve(null));
      });
      outgoing.on('timeout', () => outgoing.destroy(new Error('no answer in time')));
      outgoing.on('error', () => resolve(null));
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
