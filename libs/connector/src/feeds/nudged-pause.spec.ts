import { NudgedPause } from './nudged-pause';

const LONG_MS = 60_000;

describe('NudgedPause', () => {
  it('given a nudge while it waits, then it ends at once and says so', async () => {
    const pause = new NudgedPause();
    const waiting = pause.wait(LONG_MS, new AbortController().signal);
    pause.nudge();
    await expect(waiting).resolves.toBe(true);
  });

  it('given nudges during a round, then the next wait ends at once, and the one after it waits', async () => {
    const pause = new NudgedPause();
    const { signal } = new AbortController();
    pause.nudge();
    pause.nudge();
    await expect(pause.wait(LONG_MS, signal)).resolves.toBe(true);
    await expect(pause.wait(1, signal)).resolves.toBe(false);
  });

  it('given the end of the lease, then it ends without a nudge', async () => {
    const pause = new NudgedPause();
    const abort = new AbortController();
    const waiting = pause.wait(LONG_MS, abort.signal);
    abort.abort();
    await expect(waiting).resolves.toBe(false);
  });
});
