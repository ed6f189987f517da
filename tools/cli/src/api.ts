/** What the console's API answers, as far as the commands show it. */
export interface MapView {
  readonly name: string;
  readonly version: number;
  readonly state: string;
  readonly health: string;
  readonly desired: string;
  readonly reason?: string;
  readonly changedAt: string;
  readonly tables: { readonly fo: string; readonly dataverse: string };
  /** B: the side does not honour `If-Match` on the table. */
  readonly classes: { readonly fo: string; readonly dataverse: string };
  readonly definition: unknown;
}

export interface AppliedMap {
  readonly name: string;
  readonly version: number;
  readonly action: 'created' | 'updated' | 'unchanged';
}

export interface CheckedMap {
  /** null: the file names no map. */
  readonly name: string | null;
  readonly file: string;
  readonly findings: readonly {
    readonly code: string;
    readonly severity: 'error' | 'warning' | 'info';
    readonly field: string;
    readonly message: string;
    readonly line: number | null;
  }[];
}

export interface LifecycleAnswer {
  readonly name: string;
  readonly state: string;
  readonly confirmed: boolean;
  /** Replicas that have not confirmed yet. */
  readonly missing?: readonly string[];
  readonly refused?: { readonly code: string; readonly text: string };
}

export interface MapStatusView {
  readonly name: string;
  readonly state: string;
  readonly health: string;
  readonly reason?: string;
  readonly inStep: boolean;
  readonly lagMs: number;
  readonly lagCount: number;
  readonly examined: number;
  readonly written: { readonly fo: number; readonly dataverse: number };
  readonly unchanged: number;
  readonly filtered: number;
  readonly parked: number;
  readonly waiting: number;
  readonly held: number;
}

export interface RowEvent {
  readonly at: string;
  readonly service: string;
  readonly what: string;
  readonly map: string | null;
  readonly side: string | null;
  readonly traceId: string | null;
  readonly code: string | null;
  readonly text: string | null;
  readonly fields: readonly { readonly field: string; readonly fo?: unknown; readonly dataverse?: unknown }[];
}

export interface ErrorEvent extends RowEvent {
  readonly key: string | null;
  readonly nativeId: string | null;
}

export interface JournalEvent extends ErrorEvent {
  readonly seq: string;
  readonly severity: string;
  readonly company: string | null;
  readonly traceUrl: string | null;
}

export interface ErrorGroupView {
  readonly fingerprint: string;
  readonly map: string | null;
  readonly what: string;
  readonly code: string | null;
  readonly text: string | null;
  readonly sampleKey: string | null;
  readonly count: number;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly state: string;
  readonly rowCount?: number;
}

export interface ProofAnswer {
  readonly ok: boolean;
  readonly maps: readonly {
    readonly name: string;
    readonly state: string;
    readonly isJudged: boolean;
    readonly rows: { readonly fo: number; readonly dataverse: number };
    readonly pairs: number;
    readonly parked: number;
    readonly breachCount: number;
  }[];
  readonly breachCount: number;
  readonly breaches: readonly {
    readonly kind: string;
    readonly map: string;
    readonly key: string | null;
    readonly side?: string;
    readonly field?: string;
    readonly text: string;
  }[];
}

export interface WaitedForView {
  readonly table: string;
  readonly column: string;
  readonly value: string;
  readonly company: string | null;
}

export type WaitCause =
  'no-map' | 'no-row' | 'on-its-way' | 'waiting' | 'circle' | 'parked' | 'filtered' | 'held';

interface WaitingRowView {
  readonly map: string;
  readonly key: string | null;
  readonly pairId: string;
}

/** One row that is not there, and who waits for it. */
export interface WaitView extends WaitedForView {
  readonly rowCount: number;
  readonly rows: readonly WaitingRowView[];
  readonly cause: WaitCause;
  readonly source:
    (WaitingRowView & { readonly reason: string | null; readonly waitsFor: readonly WaitedForView[] }) | null;
}

export interface ParkView {
  readonly reason: string;
  readonly code: string | null;
  readonly text: string | null;
}

export interface ParkedPair {
  readonly pairId: string;
  readonly key: string | null;
  readonly parks: readonly ParkView[];
  readonly since: string;
}

export interface ParkGroup {
  readonly fingerprint: string;
  readonly map: string;
  readonly reason: string;
  readonly code: string;
  readonly direction: string;
  readonly field: string | null;
  readonly text: string | null;
  readonly count: number;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly retryAt: string | null;
  readonly samples: readonly { readonly pairId: string; readonly key: string | null }[];
}

export interface ConflictView {
  readonly pairId: string;
  readonly key: string | null;
  readonly parks: readonly ParkView[];
  readonly isHeld: boolean;
  readonly fields: readonly {
    readonly field: string;
    readonly base: { readonly fo: unknown; readonly dataverse: unknown } | null;
    readonly fo: unknown;
    readonly dataverse: unknown;
    readonly standing: 'conflict' | 'travels' | 'in-step';
  }[];
  readonly changed: Readonly<
    Record<
      'fo' | 'dataverse',
      { readonly nativeId: string; readonly at: unknown; readonly by: unknown } | null
    >
  >;
}

/** Work on many rows. */
export interface OperationView {
  readonly id: string;
  readonly kind: string;
  readonly map: string;
  readonly state: 'frozen' | 'running' | 'stopped' | 'done' | 'failed';
  readonly asked: { readonly selection?: string; readonly how?: string };
  readonly ratePerSecond: number;
  readonly total: number;
  readonly done: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly text: string | null;
}

export interface ReleasedRow {
  readonly row: string;
  readonly pairs: readonly {
    readonly pairId: string;
    readonly key: string | null;
    readonly verdict: string | null;
    readonly parks: readonly ParkView[];
  }[];
  readonly refused?: { readonly code: string; readonly text: string };
}

/** One difference between what the maps need and what a side has. */
export interface PlanItemView {
  readonly side: 'fo' | 'dataverse';
  readonly kind: string;
  readonly where: string;
  readonly what: string;
  readonly state: 'missing' | 'different' | 'pending' | 'failed' | 'unconfirmed';
  readonly isOurs: boolean;
  readonly remedy: string | null;
}

export interface ProvisionAnswer {
  readonly items: readonly PlanItemView[];
  readonly applied?: readonly {
    readonly where: string;
    readonly what: string;
    readonly problem: string | null;
  }[];
}

export interface SolutionAnswer {
  readonly files: readonly { readonly name: string; readonly text: string }[];
  readonly counts: {
    readonly tables: number;
    readonly standardTables: number;
    readonly columns: number;
    readonly lookups: number;
    readonly keys: number;
  };
  readonly leftOut: readonly PlanItemView[];
}

export interface VerifyAnswer {
  readonly at: string;
  readonly looks: number;
  readonly maps: readonly {
    readonly name: string;
    readonly version: number;
    readonly state: string;
    readonly rows: { readonly fo: number; readonly dataverse: number };
    readonly differenceCount: number;
  }[];
  readonly differenceCount: number;
  readonly byKind: Readonly<Record<string, number>>;
  readonly differences: readonly {
    readonly map: string;
    readonly kind: string;
    readonly key: string | null;
    readonly rows: { readonly fo: string | null; readonly dataverse: string | null };
    readonly field?: string;
    readonly values?: { readonly fo: unknown; readonly dataverse: unknown };
    readonly text?: string;
    readonly aside: string | null;
  }[];
}

export interface RepairedRow {
  readonly map: string;
  readonly key: string | null;
  readonly outcome: 'equal' | 'mended' | 'planned' | 'aside' | 'different';
  readonly writes: readonly {
    readonly side: string;
    readonly kind: string;
    readonly patch: Readonly<Record<string, unknown>>;
  }[];
  readonly text: string | null;
}

interface SideNumbers {
  readonly fo: number;
  readonly dataverse: number;
}

export interface SyncPlanAnswer {
  readonly maps: readonly {
    readonly name: string;
    readonly wave: number;
    readonly rows: SideNumbers;
    readonly filtered: SideNumbers;
    readonly creates: SideNumbers;
    readonly updates: SideNumbers;
    readonly unchanged: number;
    readonly parked: number;
    readonly waiting: number;
    readonly problems: readonly {
      readonly map: string;
      readonly side: string;
      readonly code: string;
      readonly field: string | null;
      readonly text: string;
      readonly rowCount: number;
      readonly samples: readonly string[];
    }[];
    readonly seconds: { readonly low: number; readonly high: number };
  }[];
  readonly seconds: { readonly low: number; readonly high: number };
  readonly problemCount: number;
}

export interface SyncRunView {
  readonly map: string;
  readonly state: string;
  readonly tables: readonly {
    readonly side: string;
    readonly table: string;
    readonly company: string;
    readonly state: string;
    readonly read: number;
    readonly total: number | null;
    readonly ratePerSecond: number;
    readonly secondsLeft: { readonly low: number; readonly high: number } | null;
    readonly error: string | null;
  }[];
  readonly books: {
    readonly written: SideNumbers;
    readonly unchanged: number;
    readonly filtered: number;
    readonly parked: number;
    readonly waiting: number;
  } | null;
}

/** How changes of one table are found. */
export interface FeedView {
  readonly side: 'fo' | 'dataverse';
  readonly table: string;
  readonly class: 'nudged' | 'polled' | 'events' | 'swept';
  readonly reason: string;
  readonly healMs: number;
  readonly requestsPerHour: number;
}

/** What a check of a connection came to. */
export interface CheckView {
  readonly side: 'fo' | 'dataverse';
  readonly code: string;
  readonly state: 'ok' | 'warning' | 'failed';
  readonly what: string;
  readonly remedy: string | null;
}

/** What became of an edit that the other side was to take. */
export interface CallView {
  readonly id: string;
  readonly map: string;
  readonly side: 'fo' | 'dataverse';
  readonly row: string;
  readonly outcome: 'applied' | 'rejected' | 'abandoned' | 'in-doubt';
  readonly isFinal: boolean;
  readonly by: 'fo' | 'dataverse' | null | (string & {});
  readonly code: string | null;
  readonly text: string | null;
  readonly target: Readonly<Record<string, unknown>> | null;
}

/** Edits of several rows, with one end for all of them. */
export interface DocumentView extends Pick<CallView, 'id' | 'outcome' | 'isFinal' | 'by' | 'code' | 'text'> {
  readonly from: 'fo' | 'dataverse';
  readonly part: number | null;
  readonly parts: readonly (Pick<CallView, 'map' | 'row' | 'target'> & { readonly kind: string })[];
}
