/** Behaviours of F&O that the fact sheet marks as unverified, and settings of the environment. */
export const FO_OPTIONS = {
  /** Company of a caller that names none. */
  defaultCompany: 'usmf',
  /** Where data events are posted; empty = nowhere. */
  dataEventsUrl: '',
  /** Data events time out after this; then they are tried again. */
  dataEventTimeoutMs: 10_000,
  /** Rows per page; the server's own choice. */
  pageRowCountMax: 10_000,
  /** A stale If-Match is refused with 412; otherwise it is ignored. */
  ifMatchHonoured: true,
  /** An update that changes no value leaves the record version as it is and raises no event. */
  unchangedUpdateKeepsVersion: false,
  /** Host that next links name instead of the one that was called; empty = the same. */
  nextLinkHost: '',
  /** Next links repeat cross-company. */
  nextLinkKeepsCrossCompany: true,
  /** A POST to another company than the caller's needs cross-company. */
  postNeedsCrossCompany: false,
  /** Enum symbols in bodies compare with case. */
  enumCaseSensitive: false,
  /** Member of GetUserSessionInfo's answer that tells the environments apart; empty = left out. */
  environmentIdMember: 'EnvironmentId',
  /** Pause before the change of a pluginEdit fault. */
  pluginDelayMs: 20,
};

export type FoOptions = typeof FO_OPTIONS;
