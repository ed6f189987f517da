import type { Plan } from '@dualwrite/planner';
import { PipelineError } from '@dualwrite/telemetry';
import type { WorkOrder } from '../examine/work-order';
import type { WorkItem } from '../examine/work-item';
import type { MapRun } from '../runs/map-run';
import type { Operation } from './operation';

/** What one portion of an operation's work has to do with. */
export interface Portion {
  readonly run: MapRun;
  readonly operation: Operation;
  /** Pairs at most. */
  readonly countMax: number;
  /**
   * Plans under the run. Nothing else of a portion holds a pause up: however long it reads, the run is confirmed as over
   * once no planning is under way.
   *
   * @throws {RunOver} the map was paused, stopped or changed meanwhile
   */
  examine(order: WorkOrder): Promise<void>;
  /** What would be planned; nothing is stored, and nothing leaves. */
  preview(items: readonly WorkItem[]): Promise<readonly (Plan | undefined)[]>;
}

export interface OperationWork {
  /** @returns whether there is more */
  portion(portion: Portion): Promise<boolean>;
}

/** The run has ended under the work: it goes on under the next one. */
export class RunOver extends PipelineError {
  readonly code = 'run-over';
  readonly retryable = false;
}
