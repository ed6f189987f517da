import { aRule } from '../testing/setup';
import { endAlert, stepAlert, type Alert, type Phase } from './alert-state';
import { ofMap } from './facts';

const MINUTE_MS = 60_000;

/** Steps once a minute; `x` is breached. */
function run(pattern: string, spec: { for?: string; recoverAfter?: string } = {}) {
  const rule = aRule(spec);
  let alert: Alert | null = null;
  const phases: (Phase | '')[] = [];
  const happenings: string[] = [];
  [...pattern].forEach((sign, minute) => {
    const judgement = { subject: ofMap('m'), value: minute, isBreached: sign === 'x', words: sign };
    const step = stepAlert(alert, judgement, { rule, nowMs: minute * MINUTE_MS, newId: () => `id${minute}` });
    alert = step.alert?.phase === 'resolved' ? null : step.alert;
    phases.push(step.alert?.phase ?? '');
    if (step.happening !== null) happenings.push(`${minute} ${step.happening}`);
  });
  return { phases, happenings, alert: alert as Alert | null };
}

describe('stepAlert', () => {
  it('given no spans, then it fires at once and is over at once', () => {
    expect(run('.xx.x').happenings).toEqual(['1 fired', '3 resolved', '4 fired']);
  });

  it('given that it must hold for 2 minutes, when it holds for less, then nothing fires', () => {
    const { phases, happenings } = run('xx.xxx', { for: '2m' });
    expect(happenings).toEqual(['5 fired']);
    expect(phases).toEqual(['pending', 'pending', '', 'pending', 'pending', 'firing']);
  });

  it('given 2 minutes of recovery, when it comes and goes, then it is one alert', () => {
    const { phases, happenings } = run('x.x.x...', { recoverAfter: '2m' });
    expect(happenings).toEqual(['0 fired', '7 resolved']);
    expect(phases).toContain('recovering');
  });

  it('given a value that grows and falls, then the peak and the value of its begin are kept', () => {
    expect(run('.xxx').alert).toMatchObject({ id: 'id1', firstValue: 1, value: 3, peak: 3 });
  });

  it('given a rule that is gone, then what fires is over, and what was pending is forgotten', () => {
    const firing = run('x').alert;
    const pending = run('x', { for: '1h' }).alert;
    expect(endAlert(firing as Alert, 5)).toMatchObject({ happening: 'resolved', alert: { resolvedAtMs: 5 } });
    expect(endAlert(pending as Alert, 5)).toEqual({ alert: null, happening: null });
  });
});
