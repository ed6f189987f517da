import { getEventListeners } from 'node:events';
import { pause } from './pause';

describe('pause', () => {
  it('when the signal is aborted, then the wait ends at once and is no failure; aborted before, it does not begin', async () => {
    const stop = new AbortController();
    const waiting = pause(3_600_000, stop.signal);
    stop.abort();
    await expect(waiting).resolves.toBeUndefined();
    await expect(pause(3_600_000, stop.signal)).resolves.toBeUndefined();
  });

  it('when the time is over, then it leaves nobody behind who listens to the signal', async () => {
    const { signal } = new AbortController();
    await pause(1, signal);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});
