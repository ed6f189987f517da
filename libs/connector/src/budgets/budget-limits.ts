import type { BudgetLimits } from '@dualwrite/odata';
import type { ConnectorSettings } from '../connector-settings';

type BudgetSettings = Pick<
  ConnectorSettings,
  'BUDGET_REQUEST_COUNT_MAX' | 'BUDGET_EXECUTION_MS_MAX' | 'BUDGET_CONCURRENCY_MAX' | 'BUDGET_WINDOW_MS'
>;

/** The limits that are assumed until the side tells others. */
export function budgetLimits(settings: BudgetSettings): BudgetLimits {
  return {
    requestCountMax: settings.BUDGET_REQUEST_COUNT_MAX || null,
    executionMsMax: settings.BUDGET_EXECUTION_MS_MAX || null,
    concurrencyMax: settings.BUDGET_CONCURRENCY_MAX,
    windowMs: settings.BUDGET_WINDOW_MS,
  };
}
