/** What came of one HTTP request. */
export type HttpOutcome = HttpReply | HttpSilence | HttpWithheld;

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

/** Not sent: our own budgets have no room for it now. */
export interface HttpWithheld {
  readonly kind: 'withheld';
  readonly retryAfterMs: number;
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

/** The one place where errors of the HTTP client are read; by their members, for they may come from another realm. */
export function silenceOf(error: unknown): HttpSilence {
  const codes = codesOf(error);
  return {
    kind: 'silence',
    mayBeSent: !codes.some((code) => NEVER_SENT.has(code)),
    text: [memberOf(error, 'message') ?? error, ...codes].map(String).join(' '),
  };
}

/** `fetch` (for tokens) wraps the socket's error in `cause`; a host with several addresses gives an aggregate of them. */
function codesOf(error: unknown): string[] {
  if (typeof error !== 'object' || error === null) return [];
  const code = memberOf(error, 'code');
  const several = memberOf(error, 'errors');
  return [
    ...(typeof code === 'string' ? [code] : []),
    ...(Array.isArray(several) ? several.flatMap(codesOf) : []),
    ...codesOf(memberOf(error, 'cause')),
  ];
}

function memberOf(error: unknown, name: string): unknown {
  return typeof error === 'object' && error !== null ? (Reflect.get(error, name) as unknown) : undefined;
}
