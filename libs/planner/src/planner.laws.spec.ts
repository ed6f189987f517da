import fc from 'fast-check';
import type { Cells, Observation } from '@dualwrite/events';
import { emptyPair } from './empty-pair';
import type { PairState } from './pair';
import { plan } from './planner';
import { Bench } from './testing/bench';
import { aField, aMap, aReference, aShortField } from './testing/rules';

const text = fc.constantFrom('', 'a', 'abcd', 'abcde', 'abcdef', 'x', null);
const cells = fc.record({ name: text, note: text, region: text, group: fc.constantFrom('10', '20', null) });
const rules = aMap([
  aField('name'),
  aShortField('note'),
  aField('region', { direction: 'to-dataverse', drift: 'leave' }),
  aReference('group', { deferrable: true }),
]);
const GROUPS = { 10: 'g-10', 20: 'g-20' };

/** What a person does: saves a row on a side, or deletes it. */
const act = fc.oneof(
  { weight: 6, arbitrary: fc.record({ side: fc.constantFrom('fo' as const, 'dataverse' as const), cells }) },
  {
    weight: 1,
    arbitrary: fc.record({
      side: fc.constantFrom('fo' as const, 'dataverse' as const),
      cells: fc.constant(null),
    }),
  },
);

/** Without faults every write is answered at once: what is left is a pair at rest. */
function live(acts: readonly { side: 'fo' | 'dataverse'; cells: Cells | null }[]): {
  bench: Bench;
  seen: Observation[];
  writes: number;
} {
  const bench = new Bench(rules).knows(GROUPS);
  const seen: Observation[] = [];
  const keep = (): void => {
    if (bench.observed) seen.push(bench.observed);
  };
  let writes = 0;
  for (const { side, cells: saved } of acts) {
    const current = bench.pair.seen[side];
    if (saved === null && current.row === null) continue;
    const own = side === 'dataverse' && saved ? { ...saved, group: groupId(saved['group']) } : saved;
    if (side === 'fo') bench.fo(own, { gone: own ? [] : [current.row?.id ?? ''], ...foRow(bench, own) });
    else bench.dataverse(own, { nativeId: current.row?.id ?? freshGuid(seen) });
    keep();
    for (let rounds = 0; (bench.last?.writes.length ?? 0) > 0; rounds += 1) {
      if (rounds > 6) throw new Error('writes without end');
      for (const write of bench.last?.writes ?? []) {
        writes += 1;
        bench.answer(write);
        keep();
      }
    }
  }
  return { bench, seen, writes };
}

function freshGuid(seen: readonly Observation[]): string {
  return `guid-${seen.length}`;
}

function foRow(bench: Bench, own: Cells | null): Partial<Observation> {
  const current = bench.pair.seen.fo.row;
  if (own === null || current !== null)
    return current && own ? { row: { id: current.id, version: versionOf(bench), cells: own } } : {};
  return { row: { id: `usmf|1#1.${versionOf(bench)}`, version: versionOf(bench), cells: own } };
}

function versionOf(bench: Bench): string {
  return `p${Number(bench.pair.seen.fo.revision?.n ?? 0)}.${Number(bench.pair.seen.dataverse.revision?.n ?? 0)}`;
}

function groupId(code: unknown): string | null {
  return code === '10' ? 'g-10' : code === '20' ? 'g-20' : null;
}

function agrees(pair: PairState): boolean {
  const fo = pair.seen.fo.row;
  const dataverse = pair.seen.dataverse.row;
  if (!fo || !dataverse) return !fo && !dataverse;
  const note = fo.cells['note'];
  const short = typeof note === 'string' ? note.slice(0, 4) : note;
  return (
    fo.cells['name'] === (dataverse.cells['name'] ?? null) &&
    (short === (dataverse.cells['note'] ?? null) || note === (dataverse.cells['note'] ?? null)) &&
    groupId(fo.cells['group']) === (dataverse.cells['group'] ?? null)
  );
}

const context = {
  rules,
  references: {
    idOf: (_table: string, _column: string, code: unknown) => GROUPS[code as '10'],
    valueOf: (_table: string, _column: string, id: string) =>
      id === 'g-10' ? '10' : id === 'g-20' ? '20' : undefined,
  },
  covered: { fo: true, dataverse: true },
  registerEpoch: { fo: 1, dataverse: 1 },
};

describe('laws of plan', () => {
  it('given no faults, then at rest both sides agree, nothing is parked and nothing open', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 12 }), (acts) => {
        const { bench } = live(acts);
        expect(bench.pair.intents).toEqual([]);
        expect(bench.pair.parks).toEqual([]);
        expect(agrees(bench.pair)).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  it('given a transform that loses something, then writes are at most the acts, times the sides', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 12 }), (acts) => {
        expect(live(acts).writes).toBeLessThanOrEqual(2 * acts.length);
      }),
      { numRuns: 400 },
    );
  });

  it('given everything once more, in any order, then nothing is written and the pair is the same object', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 10 }), fc.infiniteStream(fc.nat()), (acts, order) => {
        const { bench, seen } = live(acts);
        const shuffled = [...seen].sort(() => ((order.next().value ?? 0) % 3) - 1);
        for (const observation of shuffled) {
          const done = plan(bench.pair, { kind: 'observation', observation }, context);
          expect(done.writes).toEqual([]);
          expect(done.pair).toBe(bench.pair);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('given the same arguments, with members in another order, then the plan is the same', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 10 }), (acts) => {
        const { seen } = live(acts);
        let left: PairState = emptyPair({ pairId: 'pair', key: null, epoch: 0, mapVersion: 1 });
        let right = left;
        for (const observation of seen) {
          const one = plan(left, { kind: 'observation', observation }, context);
          const two = plan(
            reordered(right),
            { kind: 'observation', observation: reordered(observation) },
            context,
          );
          expect(two).toEqual(one);
          left = one.pair;
          right = two.pair;
        }
      }),
      { numRuns: 150 },
    );
  });

  it('given a plan, then its arguments are as they were', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 8 }), (acts) => {
        const { seen } = live(acts);
        let pair: PairState = frozen(emptyPair({ pairId: 'pair', key: null, epoch: 0, mapVersion: 1 }));
        for (const observation of seen) {
          pair = frozen(plan(pair, { kind: 'observation', observation: frozen(observation) }, context).pair);
        }
      }),
      { numRuns: 150 },
    );
  });
});

function reordered<T>(value: T): T {
  if (Array.isArray(value)) return value.map((item) => reordered<unknown>(item)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).reverse();
  return Object.fromEntries(entries.map(([name, member]) => [name, reordered<unknown>(member)])) as T;
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(frozen);
  return Object.freeze(value);
}
