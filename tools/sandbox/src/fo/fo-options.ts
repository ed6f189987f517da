import type { DataProject } from './dmf/data-jobs';
import type { FoUser } from './fo-user';

/** Behaviours of F&O that the fact sheet marks as unverified, and settings of the environment. */
export const FO_OPTIONS = {
  /** Company of a caller that names none. */
  defaultCompany: 'usmf',
  /** Language of Infolog texts: en-us, da, de, fr. */
  defaultLanguage: 'en-us',
  /** What is set up per client id: `{"CLIENT": {"company", "language", "priority"}}`. */
  users: {} as Record<string, FoUser>,
  /** Where data events are posted; empty = nowhere. */
  dataEventsUrl: '',
  /** Data events time out after this; then they are tried again. */
  dataEventTimeoutMs: 10_000,
  /** Entities that data events are switched on for; empty = all. */
  dataEventTables: [] as string[],
  /** Companies that data events are switched on for; empty = all. */
  dataEventCompanies: [] as string[],
  /** Events name tables and columns as the virtual tables do: `mserp_customergroupentity`. */
  dataEventVirtualNames: false,
  /** Delivered by Dataverse's rules: one more try after 502, 503, 504 only; otherwise three more, whatever went wrong. */
  dataEventsThroughDataverse: false,
  /** Beyond the supported rate events come late; the vendor supports 5,000 and 50,000. 0 = any. */
  dataEventsPer5MinutesMax: 0,
  dataEventsPerHourMax: 0,
  /** How late. */
  dataEventSlowMs: 5_000,
  /** Business events time out after this. */
  businessEventTimeoutMs: 10_000,
  /** Rows per page; the server's own choice. */
  pageRowCountMax: 10_000,
  /** A larger $skip is refused; 0 = any. */
  skipCountMax: 0,
  /** Next links carry `$skip=n` or an opaque `$skiptoken=...`. */
  nextLinkForm: 'skip',
  /** contains, startswith and endswith, which nobody documents. */
  textFunctionsServed: false,
  /** A stale If-Match is refused with 412; otherwise it is ignored. */
  ifMatchHonoured: true,
  /** Status of that refusal; one forum text speaks of 409. */
  staleVersionStatus: 412,
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
  /** A create inside a batch answers 201 with the row; otherwise 204. */
  batchCreateShowsRow: true,
  /** Status of a refused write inside a batch: 500 in old captures, 400 alone. */
  batchWriteErrorStatus: 500,
  /** Load of the environment in percent: callers of low, medium, high priority are refused from 70, 80, 90 on. */
  resourceLoadPercent: 0,
  /** So many requests of all callers in 60 s are a load of 100 %; 0 = requests make no load. */
  resourceRequestsPerMinuteMax: 0,
  /** Retry-After of a refusal for load; 0 = the header is missing. */
  resourceRetryAfterSeconds: 12,
  /** Entities with row-version change tracking, as their virtual tables in Dataverse offer it. */
  rowVersionTables: [] as string[],
  /** That tracking reports deletes, too. */
  rowVersionDeletesReported: true,
  /** Data projects by name: `{"NAME": {"entities": ["Customer groups"], "changeTracking", "setBased"}}`. */
  dataProjects: {} as Record<string, DataProject>,
  /** A job of the package API is seen executing for so long at least. */
  dmfDurationMs: 0,
  /** Actions answer `"value":{"value":...}`, as some samples of the documentation print it. */
  actionValueNested: false,
  /** Member of GetUserSessionInfo's answer that tells the environments apart; empty = left out. */
  environmentIdMember: 'EnvironmentId',
  /** Pause before the change of a pluginEdit fault. */
  pluginDelayMs: 20,
};

export type FoOptions = typeof FO_OPTIONS;
