export { batchSpan, changeSpan, SLOW_CHANGE_MS } from './change-span';
export {
  ConfigInvalid,
  DataRefused,
  DependencyRefused,
  DependencyUnavailable,
  InvariantBroken,
  PipelineError,
  SideUnavailable,
} from './errors';
export { configureLog, isLogLevel, log } from './log';
export { counter, gauge, histogram } from './metrics';
export { startChange } from './tracer-state';
export { startTelemetry } from './start-telemetry';
export { forceSampled, parseTraceparent, traceIdOf, TRACEPARENT_HEADER } from './traceparent';
export type { ChangeSpan } from './change-span';
export type { Counter, Histogram } from './metrics';
export type { ErrorDetails } from './errors';
export type { LogFields, LogLevel, LogSettings } from './log';
export type { Telemetry, TelemetrySettings } from './start-telemetry';
export type { TraceParts } from './traceparent';
