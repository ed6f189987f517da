import { configureLog } from '@dualwrite/telemetry';
import { OffsetCommitter } from './offset-committer';

const offsets = (offset: string) => ({ topics: [{ topic: 't', partitions: [{ partition: 0, offset }] }] });

describe('OffsetCommitter', () => {
  beforeAll(() => configureLog({ level: 'silent' }));

  it('given nothing to commit, when it is requested, then settled resolves', async () => {
    const committer = new OffsetCommitter('g');
    committer.request({ uncommittedOffsets: () => ({ topics: [] }), commitOffsetsIfNecessary: fail });
    await expect(committer.settled()).resolves.toBeUndefined();
  });

  it('given a commit under way, when more is resolved, then it goes with the next one, never two at a time', async () => {
    const committer = new OffsetCommitter('g');
    const committed: string[] = [];
    let underWay = 0;
    let latest = '1';
    const calls = {
      uncommittedOffsets: () => offsets(latest),
      commitOffsetsIfNecessary: async () => {
        expect(++underWay).toBe(1);
        const sent = latest;
        await new Promise((resolve) => setImmediate(resolve));
        committed.push(sent);
        underWay -= 1;
      },
    };
    committer.request(calls);
    await Promise.resolve();
    latest = '2';
    committer.request(calls);
    latest = '3';
    committer.request(calls);
    await committer.settled();
    expect(committed).toEqual(['1', '3']);
  });

  it('given a commit a moment ago, when more is resolved, then it is gathered, and settled does not wait for that', async () => {
    jest.useFakeTimers();
    const committer = new OffsetCommitter('g');
    const commit = jest.fn<Promise<void>, []>().mockResolvedValue();
    const calls = { uncommittedOffsets: () => offsets('1'), commitOffsetsIfNecessary: commit };
    committer.request(calls);
    await committer.settled();
    committer.request(calls);
    committer.request(calls);
    await jest.advanceTimersByTimeAsync(100);
    expect(commit).toHaveBeenCalledTimes(1);
    await jest.advanceTimersByTimeAsync(101);
    expect(commit).toHaveBeenCalledTimes(2);
    committer.request(calls);
    await committer.settled();
    expect(commit).toHaveBeenCalledTimes(3);
    jest.useRealTimers();
  });

  it('given a commit that fails, then settled resolves all the same and it is tried again later', async () => {
    jest.useFakeTimers();
    const committer = new OffsetCommitter('g');
    const commit = jest.fn<Promise<void>, []>().mockRejectedValueOnce(new Error('away')).mockResolvedValue();
    committer.request({ uncommittedOffsets: () => offsets('1'), commitOffsetsIfNecessary: commit });
    await committer.settled();
    await jest.runAllTimersAsync();
    await committer.settled();
    expect(commit).toHaveBeenCalledTimes(2);
    jest.useRealTimers();
  });
});

function fail(): Promise<void> {
  throw new Error('must not be called');
}
