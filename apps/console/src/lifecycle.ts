import type { Backlog, DesiredState } from '@dualwrite/events';

export const LIFECYCLE_ACTS = ['start', 'pause', 'resume', 'stop'] as const;
export type LifecycleAct = (typeof LIFECYCLE_ACTS)[number];

/** The part of a map's record that the acts of its lifecycle move. */
export interface Run {
  readonly desired: DesiredState;
  readonly runEpoch: number;
  readonly baseline: number;
  /** Run epoch of the last start: what initial-sync said before it is of an older baseline. */
  readonly startEpoch: number;
  /** Of a resume that did not catch up first; over with the next act. */
  readonly backlog?: Backlog;
  /** Of a start that skips the initial sync: where its past ends. Over with the next start. */
  readonly skip?: Pick<Backlog, 'ends'>;
}

export type Transition =
  | { readonly kind: 'changed'; readonly run: Run }
  /** It already is as asked: nothing is published. */
  | { readonly kind: 'same' }
  | { readonly kind: 'refused'; readonly code: string; readonly text: string };

/**
 * What an act does to a run; an act twice is an act once.
 *
 * @param how of a resume, what becomes of the changes that came meanwhile: none, they are caught up with first; of a
 *   start, where the past ends: none, it is synced
 */
export function transition(
  run: Run,
  act: LifecycleAct,
  { backlog, skip }: Pick<Run, 'backlog' | 'skip'> = {},
): Transition {
  switch (act) {
    case 'start':
      if (run.desired === 'running') return { kind: 'same' };
      if (run.desired === 'paused') return refused('map-paused', 'it is paused: resume it, or stop it first');
      return changed(started(run, skip));
    case 'pause':
      if (run.desired === 'paused') return { kind: 'same' };
      if (run.desired !== 'running')
        return refused('map-not-running', `it is ${run.desired}: there is nothing to pause`);
      return changed(next(run, 'paused'));
    case 'resume':
      if (run.desired === 'running') return { kind: 'same' };
      if (run.desired !== 'paused')
        return refused('map-not-paused', `it is ${run.desired}: start it instead`);
      return changed({ ...next(run, 'running'), ...(backlog && { backlog }) });
    case 'stop':
      if (run.desired === 'stopped' || run.desired === 'draft') return { kind: 'same' };
      return changed(next(run, 'stopped'));
  }
}

function started({ skip: _, ...run }: Run, skip: Run['skip']): Run {
  const { baseline, runEpoch } = run;
  return {
    ...next(run, 'running'),
    baseline: baseline + 1,
    startEpoch: runEpoch + 1,
    ...(skip && { skip }),
  };
}

function next({ backlog: _, ...run }: Run, desired: DesiredState): Run {
  return { ...run, desired, runEpoch: run.runEpoch + 1 };
}

function changed(run: Run): Transition {
  return { kind: 'changed', run };
}

function refused(code: string, text: string): Transition {
  return { kind: 'refused', code, text };
}
