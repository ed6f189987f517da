import { pause } from '@dualwrite/persistence';
import { gauge, log, startChange, traceIdOf } from '@dualwrite/telemetry';
import type { ConnectorIdentity } from '../connector-identity';
import type { Journal } from '../register/journal';
import type { SidePort } from '../side-port';
import type { BudgetStore, EntitlementUse } from './budget-store';
import { passedThresholds, type EntitlementWarning } from './entitlement-warning';

const EVERY_MS = 1_000;
/** What was asked for counts half after so many turns: shares follow the work, and do not jump. */
const FADE = 0.9;

export interface BudgetRunnerParts {
  readonly side: Pick<SidePort, 'budgets'>;
  readonly store: BudgetStore;
  readonly journal: Journal;
  readonly identity: ConnectorIdentity;
  /** Rows of a user and day; 0: not watched. */
  readonly entitlementRowCountMax: number;
}

/** Every second: tells the other replicas how our budgets stand, hears them, and counts the entitlement. */
export class BudgetRunner {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private askedLately = 0;
  private hasLeft = false;
  /** As last stored; of all replicas. */
  private today: readonly EntitlementUse[] = [];
  /** Counted, not stored yet. */
  private rows = new Map<string, number>();

  constructor(private readonly parts: BudgetRunnerParts) {}

  start(): void {
    const { side } = this.parts.identity;
    gauge('dualwrite.entitlement.used', '{request}', (result) => {
      for (const { user, rowCount } of this.today) result.observe(Number(rowCount), { side, user });
    });
    this.running = this.loop();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    if (!this.hasLeft) await this.turn('last');
    this.hasLeft = true;
  }

  private async loop(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await this.turn('next');
      await pause(EVERY_MS, signal);
    }
  }

  /** Never fails: with the database away our own books go on, and what was counted is stored later. */
  private async turn(which: 'next' | 'last'): Promise<void> {
    const { side, store, identity } = this.parts;
    const { budgets } = side;
    if (budgets === null) return;
    try {
      if (which === 'last') await store.leave(identity.instance, budgets.report());
      else {
        this.askedLately = FADE * this.askedLately + budgets.drainAsked();
        const own = {
          askedCount: Math.round(this.askedLately),
          limit: budgets.currentLimits.requestCountMax,
          report: (share: number) => budgets.reportWith(share),
        };
        budgets.takeOver(await store.exchange(identity.instance, own));
      }
      await this.countRows();
    } catch (error) {
      log.warn('budgets.not_shared', { side: identity.side, error });
    }
  }

  private async countRows(): Promise<void> {
    const { side, store, entitlementRowCountMax } = this.parts;
    for (const [user, count] of side.budgets?.drainRows() ?? []) {
      this.rows.set(user, (this.rows.get(user) ?? 0) + count);
    }
    if (this.rows.size === 0) return;
    const added = this.rows;
    const sums = await store.count(added);
    this.today = sums;
    this.rows = new Map();
    for (const use of sums) {
      const passed = passedThresholds(use, added.get(use.user) ?? 0, entitlementRowCountMax);
      for (const warning of passed) await this.warn(warning);
    }
  }

  private async warn({ user, day, rowCount, threshold }: EntitlementWarning): Promise<void> {
    const { journal, identity, entitlementRowCountMax } = this.parts;
    const percent = Math.round(threshold * 100);
    const text = `${identity.side} user ${user} has used ${rowCount} of ${entitlementRowCountMax} requests of ${day}`;
    log.warn('entitlement.threshold_passed', { side: identity.side, user, percent });
    const traceparent = startChange();
    await journal.append(
      {
        ...journal.blank(`entitlement/${identity.side}/${user}/${day}/${percent}`, 'entitlement', 'warning'),
        code: `entitlement-${percent}`,
        text,
        traceId: traceIdOf(traceparent),
      },
      traceparent,
    );
  }
}
