import { healthOf, stateOf } from './map-state';

describe('stateOf', () => {
  it.each([
    ['running', 0, 'running'],
    ['running', 5_000, 'catching-up'],
    ['paused', 5_000, 'paused'],
    ['stopped', 0, 'stopped'],
  ] as const)('given %s with %i records behind, then it is %s', (desired, lagCount, state) => {
    expect(stateOf({ desired, lagCount })).toBe(state);
  });
});

describe('healthOf', () => {
  it('given a definition that does not compile, then the map is blocked and says why', () => {
    expect(healthOf({ problem: 'no facts', counts: undefined })).toEqual({
      health: 'blocked',
      reason: 'no facts',
    });
  });
});
