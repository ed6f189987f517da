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
