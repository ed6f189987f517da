import { DependencyUnavailable, InvariantBroken, SideUnavailable } from '@dualwrite/telemetry';
import { judgeFailure } from './failure-policy';
import { StaleBatch } from './records';

const fresh = { failureCount: 0, awayMs: 0 };

describe('judgeFailure', () => {
  it('given a side away, then it pauses for as long as the side asked, however long it has been away', () => {
    const verdict = judgeFailure(
      new SideUnavailable('429', 7_000),
      { failureCount: 99, awayMs: 1e9 },
      60_000,
      0.5,
    );
    expect(verdict).toEqual({ kind: 'pause', ms: 7_000, why: 'side-unavailable' });
  });

  it.each([
    [0, 200],
    [1, 400],
    [3, 1_600],
    [9, 5_000],
  ])('given our store away for the %i. time before, then it waits about %i ms', (failureCount, ms) => {
    const verdict = judgeFailure(new DependencyUnavailable('away'), { failureCount, awayMs: 1 }, 60_000, 0.5);
    expect(verdict).toEqual({ kind: 'pause', ms, why: 'dependency-unavailable' });
  });

  it('given our store away beyond the limit, then the process ends', () => {
    const verdict = judgeFailure(
      new DependencyUnavailable('away'),
      { failureCount: 9, awayMs: 60_000 },
      60_000,
      0.5,
    );
    expect(verdict).toEqual({ kind: 'crash' });
  });

  it('given a broken invariant or any other error, then the process ends', () => {
    expect(judgeFailure(new InvariantBroken('no'), fresh, 60_000, 0)).toEqual({ kind: 'crash' });
    expect(judgeFailure(new TypeError('bug'), fresh, 60_000, 0)).toEqual({ kind: 'crash' });
  });

  it('given a handler that gave up a stale batch, then nothing is wrong', () => {
    expect(judgeFailure(new StaleBatch(), fresh, 60_000, 0)).toEqual({ kind: 'abandon' });
  });
});
