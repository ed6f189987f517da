import type { SqlExecutor } from '@dualwrite/persistence';
import type { Plan } from '@dualwrite/planner';
import type { QueryRunner } from 'typeorm';
import type { Outcome } from './outcome';
import type { WorkItem } from './work-item';

export interface WorkOrder {
  readonly items: readonly WorkItem[];
  /** Line of the books that the change is entered in. */
  readonly slot: string;
  /** Stored in the same transaction: positions, coverage, records of bad messages. */
  readonly also?: (
    executor: SqlExecutor,
    outcome: Outcome,
    plans: readonly (Plan | undefined)[],
  ) => Promise<void>;
  /** Taken in, not planned: what is made of it comes later, all together (as in rule 24). */
  readonly takesInOnly?: boolean;
  /** Asked inside the transaction, first of all: those of the items that are still to be examined. */
  readonly stillWanted?: (runner: QueryRunner) => Promise<readonly WorkItem[]>;
}
