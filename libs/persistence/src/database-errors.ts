import { QueryFailedError } from 'typeorm';
import { DependencyRefused, DependencyUnavailable, PipelineError } from '@dualwrite/telemetry';

/**
 * SQLSTATEs after which the same call may succeed: connection trouble (08), out of resources (53), shutting down or
 * starting up (57P), serialization failure and deadlock (40), lock not available (55P03).
 */
const TRANSIENT = /^(08|53|40)|^57P0[1-5]$|^55P03$|^25P0[34]$/;
const UNIQUE_VIOLATION = '23505';
const DEADLOCK = '40P01';
const AWAY_CODES: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE']);
/** pg-pool's words for a wait for a connection that took too long; it has no code for it. */
const POOL_IS_FULL = 'timeout exceeded when trying to connect';
const SQLSTATE_FORM = /^[0-9A-Z]{5}$/;

/** Postgres' error in our classes, by SQLSTATE; the one place that does so. Errors of other origin stay as they are. */
export function translateDatabaseError(error: unknown, doing: string): unknown {
  if (error instanceof PipelineError || !(error instanceof QueryFailedError)) return error;
  return translateDriverError(error.driverError, doing);
}

/**
 * For errors that come straight from the driver.
 * One without SQLSTATE never reached the server or lost it on the way: connection refused, reset, terminated.
 */
export function translateDriverError(error: unknown, doing: string): PipelineError {
  if (error instanceof PipelineError) return error;
  if (error instanceof QueryFailedError) return translateDriverError(error.driverError, doing);
  const sqlstate = sqlstateOf(error);
  const constraint = textMember(error, 'constraint');
  const details = {
    doing,
    ...(sqlstate === undefined ? {} : { sqlstate }),
    ...(constraint === undefined ? {} : { constraint }),
  };
  const words = `Postgres: ${doing}: ${error instanceof Error ? error.message : String(error)}`;
  return sqlstate === undefined || TRANSIENT.test(sqlstate)
    ? new DependencyUnavailable(words, details, { cause: error })
    : new DependencyRefused(words, details, { cause: error });
}

/** The server itself is away, or has no room for us now; not: a statement that it refuses. */
export function isDatabaseAway(error: unknown): boolean {
  if (error instanceof QueryFailedError) return isDatabaseAway(error.driverError);
  const sqlstate = sqlstateOf(error);
  if (sqlstate !== undefined) return TRANSIENT.test(sqlstate);
  return AWAY_CODES.has(textMember(error, 'code') ?? '') || textMember(error, 'message') === POOL_IS_FULL;
}

export function isUniqueViolation(error: unknown): boolean {
  if (error instanceof PipelineError) return error.details['sqlstate'] === UNIQUE_VIOLATION;
  return error instanceof QueryFailedError && sqlstateOf(error.driverError) === UNIQUE_VIOLATION;
}

/** Two transactions waited for each other; this one was given up, and may be done again at once. */
export function isDeadlock(error: unknown): boolean {
  return error instanceof PipelineError && error.details['sqlstate'] === DEADLOCK;
}

function sqlstateOf(error: unknown): string | undefined {
  const code = textMember(error, 'code');
  // System errors (ECONNREFUSED, EPIPE) have a code too; of those only EPIPE has five letters, and no digit.
  return code !== undefined && SQLSTATE_FORM.test(code) && /\d/.test(code) ? code : undefined;
}

function textMember(error: unknown, name: string): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' ? value : undefined;
}
