import { shareOf, usableOf, wholeOf, type BudgetLimits, type Priority } from './limits';
import { Pace } from './pace';
import { WindowLog } from './window-log';

/** What other replicas have used of the same budget, as far as they have told. */
export interface OthersUse {
  readonly count: number;
  readonly spentMs: number;
}

const NOBODY: OthersUse = { count: 0, spentMs: 0 };
/** Where the side names no figure, so many more at a time are tried after each clean round of calls. */
const CONCURRENCY_GROWTH = 1;
/** Others say every second what they have used and given up; so long after it something may be free. */
const OTHERS_SAY_MS = 5_000;

/**
 * What one user may ask of one server, in every dimension. Our own books are kept by the moment at which an answer is
 * here, which is later than the side's: so by ours it is never sooner free than by the side's.
 */
export class ServerBudget {
  readonly log = new WindowLog();
  running = 0;
  blockedUntilMs = 0;
  others: OthersUse = NOBODY;
  private readonly requestPace = new Pace();
  private readonly timePace = new Pace();
  /** Found out where the side names no figure; Infinity: never refused so far. */
  private concurrencyFound = Infinity;

  constructor(
    readonly user: string,
    readonly server: string,
  ) {}

  /** Share of what is used up, for the choice between several: the least used one first. */
  load({ requestCountMax }: BudgetLimits): number {
    const used = this.log.count + this.others.count + this.running;
    return requestCountMax === null ? this.running : used / requestCountMax;
  }

  /** How much of its tightest limit is used by all replicas, from 0 to 1; null: it has none. While the side sends us away: 1. */
  usedShare(nowMs: number, { requestCountMax, executionMsMax, windowMs }: BudgetLimits): number | null {
    if (this.blockedUntilMs > nowMs) return 1;
    this.log.forgetBefore(nowMs - windowMs);
    const shares = [
      ...(requestCountMax === null ? [] : [(this.log.count + this.others.count) / requestCountMax]),
      ...(executionMsMax === null ? [] : [(this.log.spentMs + this.others.spentMs) / executionMsMax]),
    ];
    return shares.length === 0 ? null : Math.min(1, Math.max(...shares));
  }

  /**
   * 0: a call may go now; Infinity: as soon as one that is under way has ended.
   *
   * @param elsewhere calls of the user that may be under way here, for they named no server
   */
  waitMs(
    priority: Priority,
    nowMs: number,
    { limits, share, elsewhere }: { limits: BudgetLimits; share: number; elsewhere: number },
  ): number {
    const running = this.running + elsewhere;
    if (this.blockedUntilMs > nowMs) return this.blockedUntilMs - nowMs;
    const { windowMs, requestCountMax, executionMsMax } = limits;
    this.log.forgetBefore(nowMs - windowMs);
    if (running >= Math.min(shareOf(limits.concurrencyMax, share), this.concurrencyFound)) return Infinity;
    let waitMs = 0;
    if (requestCountMax !== null) {
      const used = this.log.count + expectedOf(this.others.count, requestCountMax, share) + running;
      const tooMany = used + 1 - usableOf(requestCountMax, priority);
      waitMs = Math.max(waitMs, this.leaveMs(this.log.endOf(tooMany), tooMany, nowMs, windowMs));
    }
    if (executionMsMax !== null) {
      const others = expectedOf(this.others.spentMs, executionMsMax, share);
      const used = this.log.spentMs + others + running * this.averageMs;
      const tooMuch = used + 1 - usableOf(executionMsMax, priority);
      waitMs = Math.max(waitMs, this.leaveMs(this.log.endOfTime(tooMuch), tooMuch, nowMs, windowMs));
    }
    if (priority === 'bulk')
      waitMs = Math.max(waitMs, this.requestPace.waitMs(nowMs), this.timePace.waitMs(nowMs));
    return waitMs;
  }

  begin(nowMs: number, { requestCountMax, windowMs }: BudgetLimits, share: number): void {
    this.running++;
    if (requestCountMax === null) return;
    this.requestPace.spend(nowMs, 1, windowMs / shareOf(requestCountMax, share), windowMs);
  }

  /** A call is over that the side has carried out, or may have. */
  end(nowMs: number, tookMs: number, { executionMsMax, windowMs }: BudgetLimits, share: number): void {
    this.log.add(nowMs, tookMs);
    if (this.concurrencyFound !== Infinity)
      this.concurrencyFound += CONCURRENCY_GROWTH / Math.max(1, this.concurrencyFound);
    if (executionMsMax === null) return;
    this.timePace.spend(nowMs, tookMs, windowMs / shareOf(executionMsMax, share), windowMs);
  }

  /** To the second, for this user on this server. */
  block(untilMs: number): void {
    this.blockedUntilMs = Math.max(this.blockedUntilMs, untilMs);
  }

  /** Nobody says what was too much: half as many at a time, and slowly more again. */
  halve(runningThen: number): void {
    this.concurrencyFound = Math.max(1, Math.floor(Math.min(runningThen, this.concurrencyFound) / 2));
  }

  private get averageMs(): number {
    return this.log.count === 0 ? 0 : this.log.spentMs / this.log.count;
  }

  /** How long until what is over the budget has left the window; `endedAtMs` undefined: it is under way, or others'. */
  private leaveMs(endedAtMs: number | undefined, tooMuch: number, nowMs: number, windowMs: number): number {
    if (tooMuch <= 0) return 0;
    // The calls under way will count for a whole window, others' for as long as they say so.
    if (endedAtMs === undefined) return this.running > 0 ? Infinity : Math.min(windowMs / 10, OTHERS_SAY_MS);
    return Math.max(1, endedAtMs + windowMs - nowMs + 1);
  }
}

/** Others that are at it get their share, told or not: what they tell is a moment old, and both must not fill the same gap. */
function expectedOf(told: number, limit: number, share: number): number {
  return told === 0 ? 0 : Math.max(told, limit - wholeOf(limit, share));
}
