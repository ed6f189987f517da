/** Facts that go to the log beside an error: ids and counts, never payloads or secrets. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

/**
 * A broken world. Bad data is a value and never one of these, except {@link DataRefused}, which an adapter throws
 * where a side refuses and the caller turns into a value at once.
 */
export abstract class PipelineError extends Error {
  /** Stable: alerts match on this, never on the message. */
  abstract readonly code: string;
  /** Whether the same call may succeed later without anybody's doing. */
  abstract readonly retryable: boolean;

  constructor(
    message: string,
    readonly details: ErrorDetails = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** Our own Kafka or Postgres is away, or asks to try again (deadlock). The runner backs off, then the process exits. */
export class DependencyUnavailable extends PipelineError {
  readonly code: string = 'dependency-unavailable';
  readonly retryable = true;
}

/** F&O or Dataverse is away or throttles. The partition pauses; nothing parks and nothing exits. */
export class SideUnavailable extends PipelineError {
  readonly code: string = 'side-unavailable';
  readonly retryable = true;

  constructor(
    message: string,
    /** When to come again, as the side asked (Retry-After) or as the caller's backoff says. */
    readonly retryAfterMs: number,
    details: ErrorDetails = {},
    options?: ErrorOptions,
  ) {
    super(message, details, options);
  }
}

/** A dependency says no for good until a person acts: 401, a missing topic, an unknown column. */
export class DependencyRefused extends PipelineError {
  readonly code: string = 'dependency-refused';
  readonly retryable = false;
}

/** An impossible state. Exits the process; never caught below `main`. */
export class InvariantBroken extends PipelineError {
  readonly code: string = 'invariant-broken';
  readonly retryable = false;
}

/** A missing or contradictory setting; `problems` are lines `NAME: rule`, without values. */
export class ConfigInvalid extends PipelineError {
  readonly code: string = 'config-invalid';
  readonly retryable = false;

  constructor(
    readonly problems: readonly string[],
    details: ErrorDetails = {},
  ) {
    super(`Settings are not valid:\n${problems.map((problem) => `  ${problem}`).join('\n')}`, details);
  }
}

/** A side refuses this very data: `code` and `text` are the side's own and end in the journal. */
export class DataRefused extends PipelineError {
  readonly retryable = false;

  constructor(
    readonly code: string,
    readonly text: string,
    details: ErrorDetails = {},
    options?: ErrorOptions,
  ) {
    super(`${code}: ${text}`, details, options);
  }
}
