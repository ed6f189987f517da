import type { SqlExecutor } from '@dualwrite/persistence';
import type { Plan } from '@dualwrite/planner';
import type { QueryRunner } from 'typeorm';
import type { MadeRows } from '../references/made-rows';
import type { MapRun } from '../runs/map-run';
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
  /** Rows that are about to be there. */
  readonly made?: MadeRows;
}

/** Work of one map in a transaction that it shares with others. */
export interface JointWork {
  readonly run: MapRun;
  readonly order: WorkOrder;
  /** Before the next one is planned; what it throws ends all of them. */
  readonly planned?: (outcome: Outcome) => void;
}

/** What else belongs to the transaction of joint work. */
export interface JointEnds {
  /** First of all; false ends it before anything was done. */
  readonly begin: (runner: QueryRunner) => Promise<boolean>;
  /** Last of all; what it throws drops everything. */
  readonly end: (runner: QueryRunner, outcomes: readonly Outcome[]) => Promise<void>;
}
