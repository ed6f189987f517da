import { DependencyUnavailable } from '@dualwrite/telemetry';
import { CallLane } from './call-lane';

describe('CallLane', () => {
  const done: string[][] = [];
  let failure: Error | null = null;
  const lane = (): CallLane<string> =>
    new CallLane<string>((together) => {
      done.push([...together]);
      if (failure && together.includes('bad')) return Promise.reject(failure);
      return Promise.resolve();
    });
  beforeEach(() => done.splice(0));

  it('given some come while one is being done, then they are done together behind it', async () => {
    failure = null;
    const one = lane();
    await Promise.all(['a', 'b', 'c'].map((name) => one.do(name)));
    await one.do('d');
    expect(done).toEqual([['a'], ['b', 'c'], ['d']]);
  });

  it('given one of them cannot be done, then it fails alone', async () => {
    failure = new Error('no');
    const one = lane();
    const ends = await Promise.allSettled(['a', 'bad', 'c'].map((name) => one.do(name)));
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(done).toEqual([['a'], ['bad', 'c'], ['bad'], ['c']]);
  });

  it('given the database is away, then all of them fail at once', async () => {
    failure = new DependencyUnavailable('away');
    const one = lane();
    const ends = await Promise.allSettled(['a', 'bad', 'c'].map((name) => one.do(name)));
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(done).toEqual([['a'], ['bad', 'c']]);
  });
});
