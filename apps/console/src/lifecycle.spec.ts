import { transition, type Run } from './lifecycle';

const run: Run = { desired: 'draft', runEpoch: 4, baseline: 2, startEpoch: 1 };

function runOf(moved: ReturnType<typeof transition>): Run {
  if (moved.kind !== 'changed') throw new Error(`nothing moved: ${moved.kind}`);
  return moved.run;
}

describe('transition', () => {
  it('given a stopped map, when it is started, then run and baseline grow', () => {
    expect(transition({ ...run, desired: 'stopped' }, 'start')).toEqual({
      kind: 'changed',
      run: { desired: 'running', runEpoch: 5, baseline: 3, startEpoch: 5 },
    });
  });

  it('given a running map, when it is paused and resumed, then the run grows and the baseline stays', () => {
    const paused = transition({ ...run, desired: 'running' }, 'pause');
    expect(paused).toEqual({ kind: 'changed', run: { ...run, desired: 'paused', runEpoch: 5 } });
    const resumed = paused.kind === 'changed' ? transition(paused.run, 'resume') : paused;
    expect(resumed).toEqual({ kind: 'changed', run: { ...run, desired: 'running', runEpoch: 6 } });
  });

  it('given a backlog that is held, when the map is resumed and then paused, then it is of that resume alone', () => {
    const backlog = { mode: 'hold', ends: { t: ['7'] } } as const;
    const resumed = transition({ ...run, desired: 'paused' }, 'resume', { backlog });
    expect(resumed).toEqual({ kind: 'changed', run: { ...run, desired: 'running', runEpoch: 5, backlog } });
    const paused = resumed.kind === 'changed' ? transition(resumed.run, 'pause') : resumed;
    expect(paused).toEqual({ kind: 'changed', run: { ...run, desired: 'paused', runEpoch: 6 } });
  });

  it('given a start that skips the initial sync, then a pause keeps its past, and the next start has none', () => {
    const skip = { ends: { t: ['7'] } };
    const run1 = runOf(transition(run, 'start', { skip }));
    expect(run1).toMatchObject({ desired: 'running', skip });
    const run2 = runOf(transition(runOf(transition(run1, 'pause')), 'resume'));
    expect(run2).toMatchObject({ desired: 'running', skip });
    expect(runOf(transition(runOf(transition(run2, 'stop')), 'start'))).not.toHaveProperty('skip');
  });

  it('given a stopped map, when it goes into shadow and is cut over, then both sides are read once', () => {
    const shadow = { graceMs: 1_000 };
    const shadowed = transition({ ...run, desired: 'stopped' }, 'shadow', { shadow });
    expect(shadowed).toEqual({
      kind: 'changed',
      run: { desired: 'shadow', runEpoch: 5, baseline: 3, startEpoch: 5, shadow },
    });
    const cutOver = shadowed.kind === 'changed' ? transition(shadowed.run, 'cutover') : shadowed;
    expect(cutOver).toEqual({
      kind: 'changed',
      run: { desired: 'running', runEpoch: 6, baseline: 3, startEpoch: 5 },
    });
  });

  it.each([
    ['running', 'start'],
    ['running', 'resume'],
    ['paused', 'pause'],
    ['stopped', 'stop'],
    ['draft', 'stop'],
    ['shadow', 'shadow'],
    ['running', 'cutover'],
  ] as const)('given a %s map, when it is asked to %s, then nothing changes', (desired, act) => {
    expect(transition({ ...run, desired }, act)).toEqual({ kind: 'same' });
  });

  it.each([
    ['paused', 'start', 'map-paused'],
    ['stopped', 'pause', 'map-not-running'],
    ['draft', 'resume', 'map-not-paused'],
    ['shadow', 'start', 'map-in-shadow'],
    ['shadow', 'pause', 'map-not-running'],
    ['shadow', 'resume', 'map-not-paused'],
    ['running', 'shadow', 'map-not-stopped'],
    ['paused', 'shadow', 'map-not-stopped'],
    ['stopped', 'cutover', 'map-not-in-shadow'],
  ] as const)('given a %s map, when it is asked to %s, then it is refused as %s', (desired, act, code) => {
    expect(transition({ ...run, desired }, act)).toMatchObject({ kind: 'refused', code });
  });
});
