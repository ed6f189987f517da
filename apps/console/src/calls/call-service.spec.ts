import { configureLog, DependencyUnavailable } from '@dualwrite/telemetry';
import type { InternalRequest } from '@dualwrite/service';
import type { MapperClient } from '../mapper-client';
import { problem } from '../problems';
import type { StoredCall } from './call-answer';
import { CallService, type CallOrder } from './call-service';

const open: StoredCall = {
  id: 'id',
  side: 'dataverse',
  row: 'usmf/1',
  outcome: null,
  by: null,
  code: null,
  text: null,
  shown: null,
  createdAt: '',
  endedAt: null,
};
const applied: StoredCall = { ...open, outcome: 'applied', shown: { name: 'B' } };
const write = { side: 'fo', table: 'T', nativeId: 'n', id: 'p:1', pairId: 'p', intent: 1 };
const order: CallOrder = {
  map: 'm',
  id: 'id',
  side: 'dataverse',
  row: 'usmf/1',
  cells: { name: 'B' },
  saw: {},
  deadlineMs: 250,
  onlyMapped: false,
  savedWithinMs: null,
  traceparent: '',
};

/** Mapper and connector that answer as they are told; paths are kept in order. */
function aService(says: {
  made?: StoredCall;
  isMakingAway?: boolean;
  waited?: StoredCall;
  given?: { call: StoredCall; write: typeof write | null };
  stopped?: string | Error;
}) {
  const asked: string[] = [];
  const mapper: Pick<MapperClient, 'ask'> = {
    ask: <T>(_map: string, path: string, request?: InternalRequest): Promise<T> => {
      // As the client does: it takes whole milliseconds alone.
      if (request?.timeoutMs !== undefined) AbortSignal.timeout(request.timeoutMs);
      asked.push(path.replace(/\d+$/, 'MS'));
      if (path === 'calls' && says.isMakingAway) return Promise.reject(problem(503, 'away', 'away'));
      const answer =
        path === 'calls'
          ? { call: says.made ?? open }
          : path.endsWith('give-up')
            ? (says.given ?? { call: open, write })
            : { call: says.waited ?? open };
      // As the mapper does: it answers when there is something to say.
      const waitMs = Number(/waitMs=(\d+)/.exec(path)?.[1] ?? 0);
      const isSettled = 'call' in answer && answer.call.outcome !== null;
      return new Promise((resolve) => setTimeout(() => resolve(answer as T), isSettled ? 0 : waitMs));
    },
  };
  const connector = {
    request: <T>(path: string): Promise<T> => {
      asked.push(path);
      return says.stopped instanceof Error
        ? Promise.reject(says.stopped)
        : Promise.resolve({ outcome: says.stopped ?? 'abandoned' } as T);
    },
  };
  return { service: new CallService({ mapper, connectors: { fo: connector, dataverse: connector } }), asked };
}

describe('CallService', () => {
  beforeAll(() => configureLog({ level: 'silent' }));

  it('when it has ended at once, then nothing more is asked', async () => {
    const { service, asked } = aService({ made: applied });
    expect(await service.call(order)).toMatchObject({ outcome: 'applied', target: { name: 'B' } });
    expect(asked).toEqual(['calls']);
  });

  it('when it ends while somebody waits, then it is told', async () => {
    const { service, asked } = aService({ waited: applied });
    expect(await service.call(order)).toMatchObject({ outcome: 'applied', isFinal: true });
    expect(asked).toEqual(['calls', 'calls/id?waitMs=MS']);
  });

  it('when time is up, then it is given up before the deadline, first where it is planned, then where it is sent', async () => {
    const { service, asked } = aService({});
    const beganMs = Date.now();
    // What is kept back of it is no whole number of milliseconds.
    const deadlineMs = 1_001;
    expect(await service.call({ ...order, deadlineMs })).toMatchObject({
      outcome: 'abandoned',
      isFinal: true,
    });
    expect(Date.now() - beganMs).toBeLessThanOrEqual(deadlineMs);
    expect(asked.slice(-2)).toEqual(['calls/id/give-up', '/writes/abandon']);
  });

  it.each<[string, string | Error]>([
    ['has begun', 'begun'],
    ['cannot be asked about', new DependencyUnavailable('away')],
  ])('when its write %s, then it is in doubt, with the id to ask by', async (_, stopped) => {
    const { service } = aService({ stopped });
    expect(await service.call(order)).toMatchObject({ id: 'id', outcome: 'in-doubt', isFinal: false });
  });

  it('when its write has ended meanwhile, then the mapper is asked once more', async () => {
    const { service, asked } = aService({ stopped: 'ended' });
    expect(await service.call(order)).toMatchObject({ outcome: 'in-doubt' });
    expect(asked.at(-1)).toBe('calls/id?waitMs=MS');
  });

  it('when the mapper does not say in time that it has arrived, then it is given up by its id all the same', async () => {
    const { service, asked } = aService({
      isMakingAway: true,
      given: { call: { ...open, outcome: 'abandoned' }, write: null },
    });
    expect(await service.call(order)).toMatchObject({ id: 'id', outcome: 'abandoned', row: 'usmf/1' });
    expect(asked).toEqual(['calls', 'calls/id/give-up']);
  });

  it('when it was not planned yet, then the mapper alone ends it', async () => {
    const { service, asked } = aService({
      given: { call: { ...open, outcome: 'abandoned', code: 'abandoned' }, write: null },
    });
    expect(await service.call(order)).toMatchObject({ outcome: 'abandoned' });
    expect(asked).not.toContain('/writes/abandon');
  });
});
