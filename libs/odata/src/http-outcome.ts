/** What came of one HTTP request. */
export type HttpOutcome = HttpReply | HttpSilence;

export interface HttpReply {
  readonly kind: 'reply';
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface HttpSilence {
  readonly kind: 'silence';
  /** False: no connection was made, so the request cannot have had an effect. */
  readonly mayBeSent: boolean;
  readonly text: string;
}

/** Errors of a connection that was never made: the request did not leave this machine. */
const NEVER_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** The one place where errors of `fetch` are read. */
export function silenceOf(error: unknown): HttpSilence {
  const codes = codesOf(error);
  return {
    kind: 'silence',
    mayBeSent: !codes.some((code) => NEVER_SENT.has(code)),
    text: [error instanceof Error ? error.message : String(error), ...codes].join(' '),
  };
}

/** `fetch` wraps the socket's error in `cause`; a host with several addresses gives an AggregateError of them. */
function codesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const own = 'code' in error && typeof error.code === 'string' ? [error.code] : [];
  const several = error instanceof AggregateError ? error.errors.flatMap(codesOf) : [];
  return [...own, ...several, ...codesOf(error.cause)];
}
