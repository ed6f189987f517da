import type { MapStatus, ServiceStatus } from '@dualwrite/events';
import { factsNow } from './facts-now';
import { StatusBook } from './status-book';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const at = (ageMs: number): string => new Date(NOW - ageMs).toISOString();

function aService(service: string, instance: string, rest: Partial<ServiceStatus> = {}): ServiceStatus {
  return { kind: 'service', service, instance, state: 'up', health: 'healthy', at: at(1_000), ...rest };
}
function aStatus(instance: string, rest: Partial<MapStatus> = {}): MapStatus {
  return {
    ...{ kind: 'map', service: 'mapper', instance, map: 'm', state: 'running', health: 'healthy' },
    ...{ confirmedRunEpoch: 1, lagMs: 0, lagCount: 0, at: at(1_000), ...rest },
  };
}
function facts(
  records: readonly (MapStatus | ServiceStatus)[],
  desired: 'running' | 'paused' = 'running',
  before = {},
) {
  const book = new StatusBook();
  for (const record of records) book.note(record);
  const known = Object.entries(before).map(([fact, value]) => ({
    fact: fact as 'paused-since-ms',
    subject: { map: 'm', company: null, service: null },
    value: value as number,
  }));
  const maps = [{ name: 'm', desired, changedAt: at(60_000) }];
  return Object.fromEntries(
    factsNow({ maps, book, before: known, nowMs: NOW }).map(({ fact, subject, value }) => [
      `${subject.map ?? subject.service} ${fact}`,
      value,
    ]),
  );
}

describe('factsNow', () => {
  it('given two replicas, then the worst that the living say counts, and the dead ones are counted out', () => {
    const told = facts([
      aService('mapper', 'a'),
      aService('mapper', 'b'),
      aService('mapper', 'dead', { at: at(60_000), health: 'blocked' }),
      aStatus('a', { lagMs: 100 }),
      aStatus('b', { lagMs: 300, health: 'degraded' }),
      aStatus('dead', { lagMs: 900_000 }),
    ]);
    expect(told).toMatchObject({
      'm lag-ms': 300,
      'm health': 2,
      'mapper replicas': 2,
      'mapper health': 0,
      'm running-since-ms': NOW - 60_000,
      'm paused-since-ms': 0,
    });
  });

  it('given a paused map, then it lags on purpose, and the begin of the pause outlives a change of the map', () => {
    const records = [aService('mapper', 'a'), aStatus('a', { lagMs: 900_000 })];
    expect(facts(records, 'paused')).toMatchObject({ 'm lag-ms': 0, 'm paused-since-ms': NOW - 60_000 });
    const since = NOW - 3_600_000;
    expect(facts(records, 'paused', { 'paused-since-ms': since })['m paused-since-ms']).toBe(since);
    expect(facts(records, 'running', { 'paused-since-ms': since })['m paused-since-ms']).toBe(0);
  });

  it('given gauges, then they are facts; what nobody has told is none', () => {
    const told = facts([
      aService('fo-connector', 'a', { gauges: { 'token-since-ms': 2_000, 'api-budget-percent': 40 } }),
      aService('fo-connector', 'b', { gauges: { 'token-since-ms': 1_000, 'api-budget-percent': 60 } }),
    ]);
    expect(told).toMatchObject({
      'fo-connector token-since-ms': 1_000,
      'fo-connector api-budget-percent': 60,
    });
    expect(Object.keys(told)).not.toContain('m parked');
  });
});
