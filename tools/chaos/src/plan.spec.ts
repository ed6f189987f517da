import { TARGETS, type Target } from './arguments';
import { makePlan } from './plan';
import { troubleText, type Trouble } from './troubles';

const HALF_HOUR = { minutes: 30, kills: [...TARGETS] as readonly Target[] };
const kindsOf = (troubles: readonly Trouble[]): Set<string> =>
  new Set(
    troubles.map((trouble) =>
      trouble.kind === 'fault'
        ? `${trouble.side}: ${trouble.name}`
        : 'what' in trouble
          ? `${trouble.kind} ${trouble.what}`
          : trouble.kind,
    ),
  );

describe('makePlan', () => {
  it('when the seed is the same, then so is the plan; another seed is another plan', () => {
    const plan = makePlan({ ...HALF_HOUR, seed: 7 });
    expect(makePlan({ ...HALF_HOUR, seed: 7 })).toEqual(plan);
    expect(makePlan({ ...HALF_HOUR, seed: 8 })).not.toEqual(plan);
  });

  it('when people work for half an hour, then all that can break does, and all that people do is done on both sides', () => {
    const { acts, troubles } = makePlan({ ...HALF_HOUR, seed: 1 });
    const kinds = kindsOf(troubles);
    for (const target of TARGETS) expect(kinds).toContain(`kill ${target}`);
    for (const target of ['mapper', 'fo-connector', 'dataverse-connector']) {
      expect(kinds).toContain(`freeze ${target}`);
      expect(kinds).toContain(`join ${target}`);
      expect(kinds).toContain(`leave ${target}`);
      expect(kinds).toContain(`restore ${target}`);
    }
    for (const fault of ['away', 'lost answers', '429 storm', 'errors', 'slow'])
      expect(kinds).toEqual(
        expect.objectContaining(new Set([...kinds, `fo: ${fault}`, `dataverse: ${fault}`])),
      );
    for (const fault of ['dropped', 'doubled', 'late']) expect(kinds).toContain(`fo: events ${fault}`);
    for (const kind of ['pause', 'load', 'replay', 'version', 'company']) expect(kinds).toContain(kind);
    for (const side of ['fo', 'dataverse'])
      expect(new Set(acts.filter((act) => act.side === side).map(({ kind }) => kind))).toEqual(
        new Set(['edit', 'clash', 'create', 'create-again', 'delete', 'edit-group', 'create-group']),
      );
  });

  it('when the time is over, then every trouble is', () => {
    const { troubles } = makePlan({ ...HALF_HOUR, seed: 3, minutes: 2 });
    expect(troubles.length).toBeGreaterThan(10);
    for (const { atMs, forMs } of troubles) expect(atMs + forMs).toBeLessThanOrEqual(120_000);
  });

  it('when only some may be killed, then only those are killed or frozen, and people do the same', () => {
    const all = makePlan({ ...HALF_HOUR, seed: 1 });
    const some = makePlan({ ...HALF_HOUR, seed: 1, kills: ['mapper'] });
    expect(some.acts).toEqual(all.acts);
    const struck = some.troubles.flatMap((trouble) => ('what' in trouble ? [trouble.what] : []));
    expect(new Set(struck)).toEqual(new Set(['mapper']));
  });

  it('when acts write values, then no two acts have one number', () => {
    const { acts } = makePlan({ ...HALF_HOUR, seed: 1 });
    expect(new Set(acts.map(({ n }) => n)).size).toBe(acts.length);
  });

  it('when a trouble is told, then in words with its time', () => {
    expect(troubleText({ kind: 'pause', map: 'm', atMs: 1500, forMs: 2000 })).toBe(
      '1.5 s: pause m for 2.0 s',
    );
  });
});
