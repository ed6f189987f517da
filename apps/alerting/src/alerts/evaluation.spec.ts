import { setupOf } from '../config/objects';
import { ofMap } from '../rules/facts';
import { aQuietPeriod, aRule, aTally, anAlert } from '../testing/setup';
import { evaluate, type EvaluationInput } from './evaluation';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const SPAN_MS = 900_000;

function anInput(input: Partial<EvaluationInput> = {}): EvaluationInput {
  return {
    rules: [aRule({ action: 'pause-map' })],
    quiet: [],
    alerts: [],
    facts: [],
    tallies: new Map([[SPAN_MS, [aTally({ count: 10 })]]]),
    nowMs: NOW,
    newId: () => 'new',
    packOf: () => null,
    ...input,
  };
}

describe('evaluate', () => {
  it('given a rule that begins to hold, then it fires, and its map is paused, once', () => {
    const first = evaluate(anInput());
    expect(first.happenings).toMatchObject([{ kind: 'fired', alert: { id: 'new', subject: ofMap('m') } }]);
    expect(first.pauses).toMatchObject([{ map: 'm' }]);
    const second = evaluate(anInput({ alerts: first.kept }));
    expect([second.happenings, second.pauses]).toEqual([[], []]);
  });

  it('given maintenance, then it fires and pauses nothing', () => {
    const quiet = [aQuietPeriod({ kind: 'maintenance', until: '2026-11-23T13:00:00Z' })];
    const { happenings, pauses } = evaluate(anInput({ quiet }));
    expect([happenings.length, pauses]).toEqual([1, []]);
  });

  it('given an alert about which nothing is seen any more, then it is over', () => {
    const alerts = [anAlert()];
    const { happenings } = evaluate(anInput({ alerts, tallies: new Map() }));
    expect(happenings).toMatchObject([{ kind: 'resolved', alert: { id: alerts[0]?.id } }]);
  });

  it.each([
    ['deleted', []],
    ['switched off', [aRule({ isEnabled: false })]],
  ])('given a rule that is %s, then its alerts are over', (_, rules) => {
    const { happenings, forgotten } = evaluate(
      anInput({ rules, alerts: [anAlert(), anAlert({ id: 'p', phase: 'pending', subject: ofMap('n') })] }),
    );
    expect(happenings).toMatchObject([{ kind: 'resolved' }]);
    expect(forgotten).toEqual(['p']);
  });
});

describe('setupOf', () => {
  it('given one that this version does not read, then the others count', () => {
    const object = { version: 1, changedAt: '', kind: 'rules' as const };
    const { rules, unreadable } = setupOf([
      { ...object, name: 'old', spec: { when: { kind: 'moon' } } },
      { ...object, name: 'good', spec: { when: { kind: 'lag', above: '5m' } } },
    ]);
    expect(rules.map(({ name }) => name)).toEqual(['good']);
    expect(unreadable).toMatchObject([{ kind: 'rules', name: 'old' }]);
  });
});
