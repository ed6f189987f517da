import type { Backlog, DesiredState, Shadow } from '@dualwrite/events';

export const LIFECYCLE_ACTS = ['start', 'pause', 'resume', 'stop', 'shadow', 'cutover'] as const;
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
  /** Of a map in shadow; over with the next act. */
  readonly shadow?: Shadow;
}

/** What is said beside an act. */
export interface ActTerms {
  /** Of a resume: what becomes of the changes that came meanwhile; absent: they are caught up with first. */
  readonly backlog?: Backlog | undefined;
  /** Of a start that skips the initial sync: where its past ends. */
  readonly skip?: Run['skip'] | undefined;
  /** Of a shadow. */
  readonly shadow?: Shadow | undefined;
}

/** What others have to do a thing in which a map in shadow would have done at once. */
const GRACE_MS_DEFAULT = 300_000;

export type Transition =
  | { readonly kind: 'changed'; readonly run: Run }
  /** It already is as asked: nothing is published. */
  | { readonly kind: 'same' }
  | { readonly kind: 'refused'; readonly code: string; readonly text: string };

/**
 * What an act does to a run; an act twice is an act once.
 *
 * @param terms of a start, where the past ends: none, it is synced
 */
export function transition(
  run: Run,
  act: LifecycleAct,
  { backlog, skip, shadow = { graceMs: GRACE_MS_DEFAULT } }: ActTerms = {},
): Transition {
  switch (act) {
    case 'start':
      if (run.desired === 'running') return { kind: 'same' };
      if (run.desired === 'paused') return refused('map-paused', 'it is paused: resume it, or stop it first');
      // Two systems would write at once: that the other one is off is for a person to say.
      if (run.desired === 'shadow')
        return refused('map-in-shadow', 'it is in shadow: cut it over, or stop it first');
      return changed({ ...begun(run, 'running'), ...(skip && { skip }) });
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
    case 'shadow':
      if (run.desired === 'shadow') return { kind: 'same' };
      if (run.desired !== 'draft' && run.desired !== 'stopped')
        return refused('map-not-stopped', `it is ${run.desired}, so it is we who write: stop it first`);
      return changed({ ...begun(run, 'shadow'), shadow });
    case 'cutover':
      if (run.desired === 'running') return { kind: 'same' };
      if (run.desired !== 'shadow')
        return refused('map-not-in-shadow', `it is ${run.desired}: there is nothing to cut over`);
      return changed(next(run, 'running'));
  }
}

/** Both sides are read anew, and the past of an earlier start is over. */
function begun({ skip: _, ...run }: Run, desired: DesiredState): Run {
  return { ...next(run, desired), baseline: run.baseline + 1, startEpoch: run.runEpoch + 1 };
}

function next({ backlog: _, shadow: __, ...run }: Run, desired: DesiredState): Run {
  return { ...run, desired, runEpoch: run.runEpoch + 1 };
}

function changed(run: Run): Transition {
  return { kind: 'changed', run };
}

function refused(code: string, text: string): Transition {
  return { kind: 'refused', code, text };
}
