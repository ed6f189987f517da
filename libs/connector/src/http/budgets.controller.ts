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

/** A load in the form that costs the fewest requests, and row by row, as rows go that come in small numbers. */
export interface LoadTimes {
  readonly together: LoadPrediction;
  readonly oneByOne: LoadPrediction;
}

/** The request that creates them, and the look behind it. */
const CALLS_PER_CREATES_TOGETHER = 2;

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

  /**
   * How long a load would take; null: this side has no budgets.
   *
   * @param table where rows are created
   * @param creates rows that are made, together where the side takes many in one request
   * @param updates rows that are changed, each by a request of its own
   * @param reads requests for a page of rows
   */
  @Get('prediction')
  predict(
    @Query('table') table = '',
    @Query('creates') creates?: string,
    @Query('updates') updates?: string,
    @Query('reads') reads?: string,
  ): LoadTimes | null {
    const { budgets } = this.side;
    if (budgets === null) return null;
    const createCount = countOf('creates', creates);
    const others = countOf('updates', updates) + countOf('reads', reads);
    const perRequest = this.side.createCountMax({ table });
    const together =
      perRequest === 0 ? createCount : Math.ceil(createCount / perRequest) * CALLS_PER_CREATES_TOGETHER;
    const predict = (callCount: number): LoadPrediction =>
      budgets.predict({ rowCount: callCount, rowsPerRound: 1, callsPerRound: 1 }, this.writeCountMax);
    return {
      together: predict(Math.min(together, createCount) + others),
      oneByOne: predict(createCount + others),
    };
  }
}

/** @throws {BadRequestException} */
function countOf(name: string, text = '0'): number {
  const count = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(count)) return count;
  throw new BadRequestException(`${name} must be a whole number, 0 or more, of at most 12 digits`);
}
