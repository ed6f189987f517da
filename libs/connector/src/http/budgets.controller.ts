import { Controller, Get, Inject } from '@nestjs/common';
import type { BudgetLimits, BudgetState } from '@dualwrite/odata';
import { BudgetStore, type EntitlementUse } from '../budgets/budget-store';
import { SidePort } from '../side-port';

export interface BudgetsNow {
  /** Of one user on one server; null: none known. */
  readonly limits: BudgetLimits | null;
  /** Of this replica. */
  readonly budgets: readonly BudgetState[];
  /** Of all replicas, today in UTC. */
  readonly entitlement: readonly EntitlementUse[];
}

/** How much of the side's limits is used; for operators. */
@Controller('budgets')
export class BudgetsController {
  constructor(
    @Inject(SidePort) private readonly side: SidePort,
    @Inject(BudgetStore) private readonly store: BudgetStore,
  ) {}

  @Get()
  async now(): Promise<BudgetsNow> {
    const report = this.side.budgets?.report();
    return {
      limits: report?.limits ?? null,
      budgets: report?.budgets ?? [],
      entitlement: await this.store.today(),
    };
  }
}
