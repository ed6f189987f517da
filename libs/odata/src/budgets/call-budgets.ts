import { counter } from '@dualwrite/telemetry';
import type { HttpOutcome } from '../http-outcome';
import type { SideUser, SideUsers } from '../side-users';
import { predictLoad, type Load, type LoadPrediction } from './load-prediction';
import { LearnedLimits } from './learned-limits';
import type { BudgetLimits, Dimension, Priority } from './limits';
import { refusalOf } from './refusal';
import { ServerBudget, type OthersUse } from './server-budget';
import { ONLY_SERVER, Servers, type Target } from './servers';
import { TurnQueue } from './turn-queue';

/** Who speaks, and to which server. */
export interface Place {
  readonly user: SideUser;
  readonly cookie: string | undefined;
  /** Once, in any case; null: nothing was sent. */
  readonly end: (outcome: HttpOutcome | null) => void;
}

/** There is no budget for a call now. */
export interface NoPlace {
  readonly retryAfterMs: number;
}

/** How the budget of one user on one server stands, for people and for other replicas. */
export interface BudgetState extends OthersUse {
  readonly user: string;
  readonly server: string;
  readonly runningCount: number;
  readonly blockedForMs: number;
}

/** What a replica tells the others. */
export interface BudgetReport {
  readonly budgets: readonly BudgetState[];
  readonly limits: BudgetLimits;
  /** Dimensions whose limit the side itself has told. */
  readonly told: readonly Dimension[];
}

/** What a replica hears of the others. */
export interface Shared {
  readonly reports: readonly BudgetReport[];
  /** Of every limit what is ours; all replicas' shares together are never more than 1. */
  readonly share: number;
  /** Ours included. */
  readonly replicaCount: number;
}

/** A call waits for its turn so long at most; whoever would wait longer gives his partition back meanwhile. */
const TURN_WAIT_MS_MAX = 2_000;
/** Who was sent away comes back so much ahead of his turn: a partition that rests may begin again up to a second late. */
const COME_AHEAD_MS = 1_000;
const WAIT_MS_MIN = 20;
/** Before any call was made; the lower end of what people see of a write in the cloud. */
const CALL_MS_ASSUMED = 150;
/** Who waits for the end of a call is served at that end; so often is looked who has waited too long. */
const LOOK_EVERY_MS = 250;

const refused = counter('dualwrite.side.refusals', '{request}', 'Requests that a side refused for load');

/**
 * Which user asks which server, and when: budgets in every dimension, live calls before bulk. Calls of other replicas
 * are in the books as far as they have told (`takeOver`).
 */
export class CallBudgets {
  private readonly limits: LearnedLimits;
  private readonly servers = new Servers();
  private readonly budgets = new Map<string, ServerBudget>();
  private readonly queue = new TurnQueue<Place>();
  private rows = new Map<string, number>();
  private share = 1;
  private replicaCount = 1;
  private askedCount = 0;
  private timer: NodeJS.Timeout | undefined;
  private wakesAtMs = 0;

  constructor(
    private readonly users: SideUsers,
    assumed: BudgetLimits,
    private readonly now: () => number = Date.now,
  ) {
    this.limits = new LearnedLimits(assumed);
  }

  get currentLimits(): BudgetLimits {
    return this.limits.now;
  }

  /** How long a call of this priority had better not be tried; 0: it may. */
  waitMs(priority: Priority): number {
    const waitMs = this.turnInMs(priority);
    return waitMs > TURN_WAIT_MS_MAX ? waitMs - COME_AHEAD_MS : 0;
  }

  /** A place for one call, at once or within a moment. @param rowCount what the daily entitlement counts for it */
  take(priority: Priority, rowCount: number): Place | Promise<Place | NoPlace> | NoPlace {
    this.askedCount++;
    const place = this.queue.aheadOf(priority) > 0 ? null : this.tryTake(priority);
    if (place !== null) return this.counted(place, rowCount);
    const waitMs = this.turnInMs(priority);
    if (waitMs > TURN_WAIT_MS_MAX) return { retryAfterMs: waitMs - COME_AHEAD_MS };
    const turn = this.queue.wait(priority, this.now() + 2 * TURN_WAIT_MS_MAX);
    this.wakeIn(this.shortestMs(priority));
    return turn.then((taken) =>
      taken === null ? { retryAfterMs: WAIT_MS_MIN } : this.counted(taken, rowCount),
    );
  }

  report(): BudgetReport {
    const nowMs = this.now();
    const { windowMs } = this.limits.now;
    const budgets = [...this.budgets.values()].map((budget) => {
      budget.log.forgetBefore(nowMs - windowMs);
      return {
        user: budget.user,
        server: budget.server,
        count: budget.log.count,
        spentMs: budget.log.spentMs,
        runningCount: budget.running,
        blockedForMs: Math.max(0, budget.blockedUntilMs - nowMs),
      };
    });
    return { budgets, limits: this.limits.now, told: this.limits.toldDimensions };
  }

  /**
   * What we tell with a share that is to be ours. A smaller one is so from now on: calls that began with the larger one
   * while others already count on the smaller would be in nobody's books.
   */
  reportWith(share: number): BudgetReport {
    this.share = Math.min(this.share, share);
    return this.report();
  }

  /** How much of the fullest budget is used; null: no limit is known, or nothing was asked yet. */
  usedPercent(): number | null {
    const nowMs = this.now();
    const shares = [...this.budgets.values()].flatMap(
      (budget) => budget.usedShare(nowMs, this.limits.now) ?? [],
    );
    return shares.length === 0 ? null : Math.round(100 * Math.max(...shares));
  }

  /** How long a load would take with what is known now. @param callCountMax calls that one replica makes at a time */
  predict(load: Omit<Load, 'callMs'>, callCountMax: number): LoadPrediction {
    const means = {
      limits: this.limits.now,
      userCount: this.users.serving().length,
      serverCount: this.servers.names.length,
      callCountMax: callCountMax * this.replicaCount,
    };
    return predictLoad({ ...load, callMs: this.callMs }, means);
  }

  /** Once a second, what other replicas have said. */
  takeOver({ reports, share, replicaCount }: Shared): void {
    this.share = share;
    this.replicaCount = replicaCount;
    const nowMs = this.now();
    const sums = new Map<ServerBudget, { count: number; spentMs: number }>();
    for (const { budgets, limits, told } of reports) {
      this.limits.takeOver(limits, told);
      for (const state of budgets) {
        const budget = this.of(state.user, state.server);
        const sum = sums.get(budget) ?? { count: 0, spentMs: 0 };
        sums.set(budget, {
          // What is under way there will count, too.
          count: sum.count + state.count + state.runningCount,
          spentMs: sum.spentMs + state.spentMs,
        });
        if (state.blockedForMs > 0) budget.block(nowMs + state.blockedForMs);
      }
    }
    for (const budget of this.budgets.values()) budget.others = sums.get(budget) ?? { count: 0, spentMs: 0 };
    this.serve();
  }

  /** Calls asked for since the last time: by it the limits are shared. */
  drainAsked(): number {
    const count = this.askedCount;
    this.askedCount = 0;
    return count;
  }

  /** Rows asked for since the last time, per user: what the daily entitlement counts. */
  drainRows(): ReadonlyMap<string, number> {
    const { rows } = this;
    this.rows = new Map();
    return rows;
  }

  /** Of the calls in the window, on average. */
  private get callMs(): number {
    const budgets = [...this.budgets.values()];
    const count = budgets.reduce((sum, { log }) => sum + log.count, 0);
    return count === 0 ? CALL_MS_ASSUMED : budgets.reduce((sum, { log }) => sum + log.spentMs, 0) / count;
  }

  private counted(place: Place, rowCount: number): Place {
    const { name } = place.user;
    this.rows.set(name, (this.rows.get(name) ?? 0) + rowCount);
    return place;
  }

  private tryTake(priority: Priority): Place | null {
    const nowMs = this.now();
    let best: { user: SideUser; target: Target; budget: ServerBudget; load: number } | null = null;
    for (const { user, target, budget } of this.choices(nowMs)) {
      if (this.waitOf(budget, priority, nowMs) > 0) continue;
      const load = budget.load(this.limits.now);
      if (best === null || load < best.load) best = { user, target, budget, load };
    }
    if (best === null) return null;
    const { user } = best;
    const { target, budget } = this.mayExplore(user, priority, nowMs)
      ? { target: null, budget: this.of(user.name, ONLY_SERVER) }
      : best;
    if (target === null) this.servers.explored(nowMs);
    budget.begin(nowMs, this.limits.now, this.share);
    return {
      user,
      cookie: this.servers.cookieOf(target),
      end: (outcome) => this.end(budget, target, outcome, nowMs),
    };
  }

  /** One call at a time that names no server, and only where whichever one it meets has room. */
  private mayExplore(user: SideUser, priority: Priority, nowMs: number): boolean {
    if (!this.servers.isExploring(nowMs)) return false;
    if (this.users.all.some(({ name }) => this.of(name, ONLY_SERVER).running > 0)) return false;
    return this.servers.names.every((name) => this.waitOf(this.of(user.name, name), priority, nowMs) === 0);
  }

  private end(held: ServerBudget, target: Target, outcome: HttpOutcome | null, beganMs: number): void {
    const runningCount = held.running--;
    const nowMs = this.now();
    const isReply = outcome?.kind === 'reply';
    const cookies = isReply ? (outcome.headers['set-cookie'] ?? '').split('\n') : [];
    const budget = isReply ? this.of(held.user, this.servers.answered(target, cookies)) : held;
    const refusal = isReply ? refusalOf(outcome, nowMs) : null;
    if (refusal !== null) {
      refused.add(1, { user: held.user, why: refusal.dimension ?? 'unknown' });
      budget.block(nowMs + refusal.retryAfterMs);
      if (!this.limits.refused(refusal)) budget.halve(runningCount);
    } else if (isReply || (outcome?.kind === 'silence' && outcome.mayBeSent)) {
      budget.end(nowMs, nowMs - beganMs, this.limits.now, this.share);
      if (isReply) this.limits.seen(outcome);
    }
    this.serve();
  }

  private serve(): void {
    this.queue.serve(this.now(), (priority) => this.tryTake(priority));
    if (this.queue.aheadOf('bulk') > 0)
      this.wakeIn(this.shortestMs(this.queue.aheadOf('live') > 0 ? 'live' : 'bulk'));
  }

  private wakeIn(waitMs: number): void {
    const inMs = Math.min(Math.max(Math.ceil(waitMs), 1), LOOK_EVERY_MS);
    const atMs = this.now() + inMs;
    if (this.timer !== undefined && this.wakesAtMs <= atMs) return;
    clearTimeout(this.timer);
    this.wakesAtMs = atMs;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.serve();
    }, inMs);
    this.timer.unref();
  }

  /** How long until the turn of a call that is asked for now. */
  private turnInMs(priority: Priority): number {
    const { requestCountMax, windowMs } = this.limits.now;
    const shortest = this.shortestMs(priority);
    // All that is missing is the end of a call under way.
    const shortestMs = shortest === Infinity ? 0 : shortest;
    const ahead = this.queue.aheadOf(priority);
    if (requestCountMax === null || ahead === 0) return shortestMs;
    const perMs =
      (requestCountMax * this.share * this.servers.names.length * this.users.all.length) / windowMs;
    return shortestMs + ahead / perMs;
  }

  /** Infinity: all that is missing is the end of a call under way. */
  private shortestMs(priority: Priority): number {
    const nowMs = this.now();
    return Math.min(...this.choices(nowMs).map(({ budget }) => this.waitOf(budget, priority, nowMs)));
  }

  private waitOf(budget: ServerBudget, priority: Priority, nowMs: number): number {
    const elsewhere = budget.server === ONLY_SERVER ? 0 : this.of(budget.user, ONLY_SERVER).running;
    return budget.waitMs(priority, nowMs, { limits: this.limits.now, share: this.share, elsewhere });
  }

  private choices(nowMs: number): { user: SideUser; target: Target; budget: ServerBudget }[] {
    const { targets } = this.servers;
    return this.users
      .serving(nowMs)
      .flatMap((user) =>
        targets.map((target) => ({ user, target, budget: this.of(user.name, target ?? ONLY_SERVER) })),
      );
  }

  private of(user: string, server: string): ServerBudget {
    const key = `${user} ${server}`;
    let budget = this.budgets.get(key);
    if (budget === undefined) this.budgets.set(key, (budget = new ServerBudget(user, server)));
    return budget;
  }
}
