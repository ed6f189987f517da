import type { LimitKind, LimitSettings } from '../control/limits';
import type { Answer, ODataRequest } from '../odata/exchange';
import type { OpenRoutes } from './open-routes';
import type { RowStore } from '../store/row-store';
import type { Transaction, Write } from '../store/transaction';

/** What a server's host needs of the system that it stands for. */
export interface Side {
  readonly name: 'fo' | 'dataverse';
  readonly store: RowStore;
  /** What is served without a bearer token. */
  readonly open?: OpenRoutes;
  /** Splits a path into the service's root and the rest; undefined = nothing is served there. */
  locate(pathname: string): { service: string; rest: string } | undefined;
  /** Answers one request inside a unit of work. @throws Refusal to take the unit back */
  execute(request: ODataRequest, unit: Transaction): Answer;
  /** Who must agree before the writes of a unit may stay; undefined = nobody. */
  beforeCommit?(writes: readonly Write[], request: ODataRequest): (() => Promise<void>) | undefined;
  /** The answer to a unit that others overtook time and again. */
  contended?(): Answer;
  isBatch(request: ODataRequest): boolean;
  batch(request: ODataRequest, host: BatchHost): Promise<Answer>;
  /** Called after a unit is stored. */
  committed(writes: readonly Write[], request: ODataRequest): void;
  /** Headers that every answer of this system carries. */
  commonHeaders(remaining: { requests: number; seconds: number }): Record<string, string>;
  /** Whether a write to this address would create or update, where the method alone does not tell. */
  writeOperation(request: ODataRequest): 'create' | 'update';
  tableNames(set: string): readonly string[];
  badQuery(message: string): Answer;
  unauthorized(problem: string): Answer;
  limited(kind: LimitKind, retryAfterSeconds: number, settings: LimitSettings): Answer;
  failing(status: number, retryAfterSeconds: number | undefined): Answer;
  notServed(path: string): Answer;
}

export type UnitResult = { answers: Answer[] } | { failed: Answer; index: number };

/** Runs the parts of a batch, each with the faults and counters of a request of its own. */
export interface BatchHost {
  run(request: ODataRequest): Promise<Answer>;
  /** All or nothing. `make` may look at the answers before it: references between parts. */
  runSet(
    count: number,
    make: (index: number, answers: readonly Answer[]) => ODataRequest,
  ): Promise<UnitResult>;
}
