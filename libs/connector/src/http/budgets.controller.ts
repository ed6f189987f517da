import { BadRequestException, Controller, Get, Inject, Query } from '@nestjs/common';
import type { BudgetLimits, BudgetState, LoadPrediction } from '@dualwrite/odata';
import { BudgetStore, type EntitlementUse } from '../budgets/budget-store';
import { SidePort } from '../side-port';

/** Writes that this replica makes at a time. */
export const WRITE_COUNT_MAX = Symbol('writeCountMax');

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
    @Inject(WRITE_COUNT_MAX) private readonly writeCountMax: number,
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

  /** How long writing so many rows one by one would take; null: this side has no budgets. */
  @Get('prediction')
  predict(@Query('rows') rows?: string): LoadPrediction | null {
    const rowCount = Number(rows);
    if (!Number.isSafeInteger(rowCount) || rowCount < 1)
      throw new BadRequestException('rows must be a whole number of rows, 1 or more');
    const load = { rowCount, rowsPerRound: 1, callsPerRound: 1 };
    return this.side.budgets?.predict(load, this.writeCountMax) ?? null;
  }
}
