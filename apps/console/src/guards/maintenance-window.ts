import { Cron } from 'croner';

/** Maps stand still from each time of the schedule on, for so long; then those that it paused go on. */
export interface MaintenanceWindow {
  readonly name: string;
  /** null: all maps. */
  readonly maps: readonly string[] | null;
  /** Five fields, as in crontab: when it opens. */
  readonly cron: string;
  readonly timezone: string;
  readonly minutes: number;
  /** How the maps go on. */
  readonly mode: 'catch-up' | 'hold';
  readonly reason: string | null;
}

export interface WindowState extends MaintenanceWindow {
  /** Beginning of the occurrence that was acted on, in ms since 1970. */
  readonly openSinceMs: number | null;
  /** Maps that it has paused. */
  readonly paused: readonly string[];
}

export type WindowStep =
  | { readonly kind: 'open'; readonly sinceMs: number }
  | { readonly kind: 'close' }
  | { readonly kind: 'none' };

/**
 * What is to be done about a window now. One occurrence is acted on once: a map that a person resumes within it stays
 * so. A console that was down at the beginning opens it late, one that was down at the end closes it late.
 */
export function windowStep(window: WindowState, nowMs: number): WindowStep {
  const sinceMs = occurrenceAt(window, nowMs);
  const isAnother = window.openSinceMs !== null && window.openSinceMs !== sinceMs;
  if (isAnother) return { kind: 'close' };
  return sinceMs !== null && window.openSinceMs === null ? { kind: 'open', sinceMs } : { kind: 'none' };
}

/** Beginning of the occurrence that holds this moment; null: none does. */
function occurrenceAt({ cron, timezone, minutes }: MaintenanceWindow, nowMs: number): number | null {
  const since = schedule(cron, timezone)
    .nextRun(new Date(nowMs - minutes * 60_000))
    ?.getTime();
  return since !== undefined && since <= nowMs ? since : null;
}

/** When the window opens next; null: never again. */
export function nextOpening({ cron, timezone }: MaintenanceWindow, nowMs: number): string | null {
  return schedule(cron, timezone).nextRun(new Date(nowMs))?.toISOString() ?? null;
}

/** What is wrong with a schedule, in words; null: nothing. */
export function scheduleProblem(cron: string, timezone: string): string | null {
  try {
    return schedule(cron, timezone).nextRun() === null ? 'this schedule never comes' : null;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^Cron\w*: /, '') : 'not a schedule';
  }
}

/** Only asked, never started. */
function schedule(cron: string, timezone: string): Cron {
  return new Cron(cron, { timezone, mode: '5-part', paused: true });
}
