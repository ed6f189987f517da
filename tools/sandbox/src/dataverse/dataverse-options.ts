/** Behaviours of Dataverse that the fact sheet marks as unverified, and settings of the environment. */
export const DATAVERSE_OPTIONS = {
  /** organization.ExpireChangeTrackingInDays */
  expireChangeTrackingInDays: 7,
  /** Two-option columns that a create leaves out are false, not null. */
  booleanDefaults: true,
  /** What deleting a row does to lookups that point to it: "removeLink" empties them, "restrict" refuses. */
  onDeleteReferenced: 'removeLink',
  /** Navigation property names compare with case, as in the real service. */
  navigationCaseSensitive: true,
  /** A write with an ETag to a row that is not there: 404, or 412. */
  missingRowWithEtagStatus: 404,
  /** The code of a stale ETag; older samples show an empty one. */
  versionMismatchCode: '0x80060882',
  /** A hit of duplicate detection: 412, in older descriptions 500. */
  duplicateDetectionStatus: 412,
  /** A round of change tracking comes in pages; false: in one answer, however long. */
  trackingInPages: true,
  /** A delta link may be asked again until it expires; false: once. */
  deltaLinkReplayable: true,
  /** The one part that answers a failed change set names the Content-ID of the request that failed. */
  failedSetEchoesContentId: false,
  /** How long the index of a new alternate key is Pending. */
  keyIndexDelayMs: 200,
  /** What a client sees when a synchronous step's endpoint refuses or stays silent. */
  syncStepErrorStatus: 400,
  syncStepErrorCode: '0x80040265',
  /** How long a webhook may take. */
  webhookTimeoutMs: 60_000,
  /** Pause between a commit and its asynchronous steps. */
  asyncStepDelayMs: 0,
  /** Pause before the change of a pluginEdit fault. */
  pluginDelayMs: 20,
};

export type DataverseOptions = typeof DATAVERSE_OPTIONS;
