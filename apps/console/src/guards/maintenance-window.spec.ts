import { nextOpening, scheduleProblem, windowStep, type WindowState } from './maintenance-window';

const at = (text: string) => Date.parse(text);
/** Fridays at 22 o'clock in Rome, two hours. */
const window: WindowState = {
  ...{ name: 'weekly', maps: null, cron: '0 22 * * 5', timezone: 'Europe/Rome', minutes: 120 },
  ...{ mode: 'catch-up', reason: null, openSinceMs: null, paused: [] },
};
const BEGIN = at('2026-11-20T21:00:00Z');
const open: WindowState = { ...window, openSinceMs: BEGIN, paused: ['a'] };

describe('windowStep', () => {
  it.each([
    ['before it', window, '2026-11-20T20:59:59Z', { kind: 'none' }],
    ['at its beginning', window, '2026-11-20T21:00:00Z', { kind: 'open', sinceMs: BEGIN }],
    [
      'in it, when nobody was there at the beginning',
      window,
      '2026-11-20T22:30:00Z',
      { kind: 'open', sinceMs: BEGIN },
    ],
    ['in it, opened already', open, '2026-11-20T22:59:59Z', { kind: 'none' }],
    ['at its end', open, '2026-11-20T23:00:00Z', { kind: 'close' }],
    [
      'in the next one, when nobody was there to close the last',
      open,
      '2026-11-27T21:30:00Z',
      { kind: 'close' },
    ],
    ['long after it', window, '2026-11-22T12:00:00Z', { kind: 'none' }],
  ] as const)('given a time %s, then the step is the right one', (_, state, now, step) => {
    expect(windowStep(state, at(now))).toEqual(step);
  });

  it('given summer time, then the hour is the one on the wall', () => {
    expect(nextOpening(window, at('2026-07-01T00:00:00Z'))).toBe('2026-07-03T20:00:00.000Z');
  });
});

describe('scheduleProblem', () => {
  it.each([
    ['0 22 * * 5', 'Europe/Rome', false],
    ['every day', 'Europe/Rome', true],
    ['0 22 * * 5', 'No/Where', true],
    ['0 0 30 2 *', 'UTC', true],
  ])('given %s in %s, then it is told whether it can be kept', (cron, timezone, isWrong) => {
    expect(scheduleProblem(cron, timezone) !== null).toBe(isWrong);
  });
});
