import type { Side } from '@dualwrite/events';

/** What is asked of the pairs of a retry. */
export interface RetryAsked {
  /** `retry` sends again what was refused; `release` also decides doubts by what is seen, and lets go what is held. */
  readonly how: 'retry' | 'release';
  readonly winner?: Side | undefined;
  readonly reason?: string | undefined;
  /** How the pairs were chosen, for people. */
  readonly selection: string;
}

/** What is asked of a replay. */
export interface ReplayAsked {
  /** Only look: how many rows differ. */
  readonly preview: boolean;
  /** The connectors read both sides first. */
  readonly read: boolean;
  /** By topic and partition: the first offset of the window; null: rows were named. */
  readonly window: Readonly<Record<string, readonly string[]>> | null;
  readonly reason?: string | undefined;
  readonly selection: string;
}

export interface ReplayProgress {
  readonly phase: 'choosing' | 'examining';
  /** Observations of the window that had not been taken in. */
  readonly unknown?: number;
}

export type OperationState =
  /** A frozen selection: nothing is done until it is started. */
  'frozen' | 'running' | 'stopped' | 'done' | 'failed';

/** Work on many pairs, with its progress; durable, so that another replica goes on with it. */
export interface Operation<Asked = unknown> {
  readonly id: string;
  readonly kind: 'retry' | 'replay';
  readonly map: string;
  readonly state: OperationState;
  readonly asked: Asked;
  readonly ratePerSecond: number;
  readonly total: number;
  readonly done: number;
  /** What became of the pairs that are done, by verdict. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly progress: Readonly<Record<string, unknown>>;
  readonly text: string | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
}

export const RATE_PER_SECOND_DEFAULT = 50;
export const RATE_PER_SECOND_MAX = 1_000;
