import { PipelineError } from './errors';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';
export type LogFields = Readonly<Record<string, unknown>>;

export interface LogSettings {
  readonly level?: LogLevel;
  /** Members of every line: service, instance. */
  readonly bound?: LogFields;
  /** Takes one line without its end; standard output by default. */
  readonly write?: (line: string) => void;
}

const RANK: Readonly<Record<LogLevel, number>> = { debug: 10, info: 20, warn: 30, error: 40, silent: 99 };
const STACK_LINE_COUNT_MAX = 12;
const CAUSE_DEPTH_MAX = 5;

let rankMin = RANK.info;
let bound: LogFields = {};
let write = toStandardOutput;

/**
 * Structured log: one JSON line per call on standard output. `event` is a constant name (`change.parked`), the
 * variables are fields. Never payloads, tokens or whole settings objects.
 *
 * `error` = someone must act; `warn` = handled, yet a rise matters; `info` = lifecycle; `debug` = per message.
 */
export const log = {
  debug: (event: string, fields?: LogFields): void => emit('debug', event, fields),
  info: (event: string, fields?: LogFields): void => emit('info', event, fields),
  warn: (event: string, fields?: LogFields): void => emit('warn', event, fields),
  error: (event: string, fields?: LogFields): void => emit('error', event, fields),
};

/** Settings not given stay as they are. Tests silence the log with `configureLog({ level: 'silent' })`. */
export function configureLog(settings: LogSettings): void {
  if (settings.level !== undefined) rankMin = RANK[settings.level];
  if (settings.bound !== undefined) bound = settings.bound;
  if (settings.write !== undefined) write = settings.write;
}

export function isLogLevel(text: string): text is LogLevel {
  return Object.hasOwn(RANK, text);
}

function emit(level: LogLevel, event: string, fields: LogFields = {}): void {
  if (RANK[level] < rankMin) return;
  write(JSON.stringify({ at: new Date().toISOString(), level, event, ...bound, ...fields }, plainValue));
}

/** Errors have no own enumerable members and bigints no JSON form: without this a line would lose or break on them. */
function plainValue(_name: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Error) return plainError(value, CAUSE_DEPTH_MAX);
  if (value instanceof Map || value instanceof Set) return [...value];
  return value;
}

function plainError(error: Error, depthLeft: number): Record<string, unknown> {
  const { code } = error as { code?: unknown };
  return {
    name: error.name,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    message: error.message,
    ...(error instanceof PipelineError ? { retryable: error.retryable, details: error.details } : {}),
    stack: error.stack?.split('\n').slice(1, STACK_LINE_COUNT_MAX).join('\n'),
    ...(error.cause instanceof Error && depthLeft > 0
      ? { cause: plainError(error.cause, depthLeft - 1) }
      : {}),
  };
}

function toStandardOutput(line: string): void {
  process.stdout.write(`${line}\n`);
}
