import { alertRule } from '../config/alert-rule';
import { aRule, aTally } from '../testing/setup';
import { ofMap, ofService, type Fact, type FactName } from './facts';
import { judge, type Sight } from './judge';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const HOUR_MS = 3_600_000;

function aSight(sight: Partial<Sight> = {}): Sight {
  return {
    nowMs: NOW,
    facts: [],
    tallies: [],
    packOf: (map) => (map.startsWith('customers') ? 'sales' : null),
    ...sight,
  };
}
const aFact = (fact: FactName, value: number, map = 'm'): Fact => ({ fact, subject: ofMap(map), value });

describe('judge', () => {
  describe('given a rule on entries', () => {
    it('when they are of several codes and services, then they are added up by map', () => {
      const tallies = [
        aTally({ count: 6, code: 'a' }),
        aTally({ count: 4, code: 'b', service: 'fo-connector' }),
        aTally({ count: 9, map: 'other' }),
        aTally({ count: 50, severity: 'info' }),
      ];
      expect(judge(aRule(), aSight({ tallies }))).toMatchObject([
        { subject: ofMap('m'), value: 10, isBreached: true, words: '10 entries within 15 min (limit 10)' },
        { subject: ofMap('other'), value: 9, isBreached: false },
      ]);
    });

    it.each([
      [{ per: 'company' as const }, [10, 5, 1]],
      [{ per: 'all' as const }, [16]],
      [{ companies: ['usmf'] }, [10, 1]],
      [{ companies: ['usmf'], maps: ['m'] }, [10]],
      [{ packs: ['sales'] }, [1]],
      [{ maps: ['cust*'] }, [1]],
    ])('when it says %j, then %j are counted', (spec, values) => {
      const tallies = [
        aTally({ count: 10, company: 'usmf' }),
        aTally({ count: 5, company: 'demf' }),
        aTally({ count: 1, company: 'usmf', map: 'customers' }),
      ];
      expect(judge(aRule(spec), aSight({ tallies })).map(({ value }) => value)).toEqual(values);
    });

    it.each([
      ['application' as const, { event: 'rejected', code: 'fo.validation' }],
      ['permission' as const, { event: 'rejected', code: 'fo.role-missing' }],
      ['throttled' as const, { event: 'rejected', code: 'dataverse.throttled-time' }],
      ['unavailable' as const, { event: 'rejected', code: 'fo.gateway' }],
      ['conflict' as const, { event: 'conflict', severity: 'warning' }],
      ['in-doubt' as const, { event: 'in-doubt', severity: 'warning' }],
      ['undecodable' as const, { event: 'undecodable' }],
    ])('when it is on class %s, then only entries like %j count', (name, tally) => {
      const rule = aRule({ when: { kind: 'entries', classes: [name], atLeast: 1, within: '1m' } });
      const tallies = [aTally({ ...tally, count: 3 }), aTally({ event: 'applied', severity: 'info' })];
      expect(judge(rule, aSight({ tallies }))).toMatchObject([{ value: 3 }]);
    });
  });

  it('given what alerting said itself, then it counts only for a rule that names it', () => {
    const tallies = [aTally({ service: 'alerting', event: 'alert-fired', count: 20 })];
    expect(judge(aRule(), aSight({ tallies }))).toEqual([]);
    const when = { kind: 'entries' as const, events: ['alert-fired'], atLeast: 5, within: '1h' };
    expect(judge(aRule({ when }), aSight({ tallies }))).toMatchObject([{ isBreached: true }]);
  });

  it('given a rule on lag, when a map is behind by more, then it alone is breached', () => {
    const when = { kind: 'lag' as const, above: '5m' };
    const facts = [aFact('lag-ms', 300_000), aFact('lag-ms', 300_001, 'late'), aFact('parked', 9e9)];
    expect(judge(aRule({ when }), aSight({ facts })).map(({ isBreached }) => isBreached)).toEqual([
      false,
      true,
    ]);
    expect(judge(aRule({ when, maps: ['m'] }), aSight({ facts }))).toHaveLength(1);
  });

  it('given rules on pairs, then they are held against their own numbers', () => {
    const facts = [aFact('parked', 50), aFact('waiting', 3), aFact('differences', 1)];
    const breached = (['parked', 'waiting', 'differences'] as const).map(
      (kind) => judge(aRule({ when: { kind, atLeast: 4 } }), aSight({ facts }))[0]?.isBreached,
    );
    expect(breached).toEqual([true, false, false]);
  });

  it('given a rule on the age of a pause, then maps that are not paused are not looked at', () => {
    const facts = [aFact('paused-since-ms', NOW - 2 * HOUR_MS), aFact('paused-since-ms', 0, 'running')];
    expect(judge(aRule({ when: { kind: 'pause-age', above: '1h' } }), aSight({ facts }))).toMatchObject([
      { subject: ofMap('m'), isBreached: true, words: 'for 2 h (limit 60 min)' },
    ]);
  });

  it('given a rule on silence, then only maps that run for the whole span can be silent', () => {
    const rule = aRule({ when: { kind: 'silence', events: ['applied'], for: '2h' } });
    const facts = [
      aFact('running-since-ms', NOW - 3 * HOUR_MS, 'silent'),
      aFact('running-since-ms', NOW - 3 * HOUR_MS, 'busy'),
      aFact('running-since-ms', NOW - HOUR_MS, 'fresh'),
      aFact('running-since-ms', 0, 'paused'),
    ];
    const tallies = [aTally({ map: 'busy', event: 'applied' }), aTally({ map: 'silent', event: 'parked' })];
    expect(judge(rule, aSight({ facts, tallies }))).toMatchObject([
      { subject: ofMap('silent'), isBreached: true },
      { subject: ofMap('busy'), isBreached: false },
    ]);
  });

  it('given a rule on replicas, then a service that was never heard of counts if it is named', () => {
    const rule = aRule({ when: { kind: 'replicas', below: 1, services: ['mapper', 'console'] } });
    const facts: Fact[] = [{ fact: 'replicas', subject: ofService('mapper'), value: 1 }];
    expect(judge(rule, aSight({ facts }))).toMatchObject([
      { subject: ofService('mapper'), isBreached: false },
      { subject: ofService('console'), isBreached: true },
    ]);
  });

  it('given rules on health, then maps and services are told apart', () => {
    const facts: Fact[] = [aFact('health', 3), { fact: 'health', subject: ofService('mapper'), value: 2 }];
    const about = (of: 'maps' | 'services') =>
      judge(aRule({ when: { kind: 'health', of } }), aSight({ facts })).map(({ words }) => words);
    expect([about('maps'), about('services')]).toEqual([['blocked'], ['degraded']]);
  });

  it.each([
    [{ when: { kind: 'replicas', below: 1 }, maps: ['m'] }, 'maps'],
    [{ when: { kind: 'lag', above: '5m' }, companies: ['usmf'] }, 'companies'],
    [{ when: { kind: 'lag', above: '5 minutes' } }, 'when.above'],
    [{ when: { kind: 'entries', atLeast: 1, within: '1m' }, per: 'all', action: 'pause-map' }, 'action'],
    [{ when: { kind: 'entries', atLeast: 0, within: '1m' } }, 'when.atLeast'],
    [{ when: { kind: 'moon' } }, 'when.kind'],
  ])('given the rule %j, then it is refused, and told where', (spec, field) => {
    const { error } = alertRule.safeParse(spec);
    expect(error?.issues.map(({ path }) => path.join('.'))).toEqual([field]);
  });
});
