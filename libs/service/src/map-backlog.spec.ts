import { Names } from '@dualwrite/events';
import { DependencyRefused } from '@dualwrite/telemetry';
import { MapBacklog } from './map-backlog';
import { Standstill } from './standstill';

describe('MapBacklog', () => {
  it('given maps that are behind, then the one furthest behind counts', async () => {
    const lags: Record<string, number[]> = { 'dw.mapper.a': [3, 4], 'dw.mapper.b': [1, 0] };
    const backlog = new MapBacklog(
      {
        lag: (group) =>
          Promise.resolve(
            (lags[group] ?? []).map((lagCount, partition) => ({
              topic: 't',
              partition,
              offset: '5',
              high: '9',
              lagCount,
            })),
          ),
      },
      new Names('dw'),
    );
    expect(await backlog.rowCount({ side: 'fo', table: 'CustomersV3' }, ['a', 'b'])).toBe(7);
    expect(await backlog.rowCount({ side: 'fo', table: 'CustomersV3' }, ['b'])).toBe(1);
    expect(await backlog.rowCount({ side: 'fo', table: 'CustomersV3' }, [])).toBe(0);
  });

  it('given a topic that is only just being made, then nobody is behind; any other refusal is told', async () => {
    const refusing = (type: string) =>
      new MapBacklog(
        { lag: () => Promise.reject(new DependencyRefused('Kafka', { type })) },
        new Names('dw'),
      ).rowCount({ side: 'fo', table: 'CustomersV3' }, ['a']);
    expect(await refusing('UNKNOWN_TOPIC_OR_PARTITION')).toBe(0);
    await expect(refusing('TOPIC_AUTHORIZATION_FAILED')).rejects.toThrow('Kafka');
  });
});

describe('Standstill', () => {
  it('given work that goes nowhere for ten seconds, then it stands still; one step, and it does not', () => {
    let nowMs = 0;
    const standstill = new Standstill(() => nowMs);
    expect(standstill.isStill('a', '5', true)).toBe(false);
    nowMs = 9_999;
    expect(standstill.isStill('a', '5', true)).toBe(false);
    nowMs = 10_000;
    expect(standstill.isStill('a', '5', true)).toBe(true);
    expect(standstill.isStill('a', '6', true)).toBe(false);
  });

  it('given nothing to do for long, when work comes, then it has its ten seconds', () => {
    let nowMs = 0;
    const standstill = new Standstill(() => nowMs);
    standstill.isStill('a', '5', false);
    nowMs = 60_000;
    standstill.isStill('a', '5', false);
    expect(standstill.isStill('a', '5', true)).toBe(false);
  });
});
