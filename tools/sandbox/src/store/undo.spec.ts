import fc from 'fast-check';
import { RowStore } from './row-store';
import type { Transaction } from './transaction';

type Step = { kind: 'put'; key: string; name: string } | { kind: 'remove'; key: string };

const TABLE = 't';
const key = fc.constantFrom('a', 'b', 'c', 'd');
const name = fc.constantFrom('x', 'y', 'z');
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('put' as const), key, name }),
  fc.record({ kind: fc.constant('remove' as const), key }),
);

function run(unit: Transaction, steps: readonly Step[]): void {
  for (const one of steps) {
    if (one.kind === 'remove') unit.remove(TABLE, one.key);
    else unit.put(TABLE, { key: one.key, id: one.key, cells: { name: one.name } });
  }
}

/** All that readers see of a table: order, keys, what has changed. */
function view(store: RowStore, since: number): unknown {
  const table = store.table(TABLE);
  return {
    sorted: table.sorted.all().map((row) => [row.key, row.version, row.cells['name']]),
    found: ['x', 'y', 'z'].map((one) => table.findUnique('by-name', { name: one })?.key),
    changes: table.changes.between(since, Infinity),
    tombstones: [...table.tombstones].sort(),
  };
}

describe('a unit that is taken back', () => {
  it('given any writes before it and in it, then readers see what they saw', () => {
    fc.assert(
      fc.property(
        fc.array(step),
        fc.array(step, { minLength: 1 }),
        fc.boolean(),
        (before, within, isRead) => {
          const store = new RowStore(null);
          const since = store.seq;
          store.shape({ name: TABLE, uniques: [{ name: 'by-name', columns: ['name'] }] });
          // Names are unique as far as the writes keep them so: the last row of a name is the one that is found.
          store.transaction((unit) => run(unit, unique(before)));
          // Reading builds the indexes that writes then keep up to date.
          const seen = isRead ? view(store, since) : undefined;
          expect(() =>
            store.transaction((unit) => {
              run(unit, unique(within));
              throw new Error('refused');
            }),
          ).toThrow('refused');
          const after = view(store, since);
          if (seen !== undefined) expect(after).toEqual(seen);
          const fresh = new RowStore(null);
          fresh.shape({ name: TABLE, uniques: [{ name: 'by-name', columns: ['name'] }] });
          fresh.transaction((unit) => run(unit, unique(before)));
          expect(after).toEqual(view(fresh, since));
        },
      ),
    );
  });
});

/** Every key has a name of its own. */
function unique(steps: readonly Step[]): Step[] {
  const names: Record<string, string> = { a: 'x', b: 'y', c: 'z', d: 'w' };
  return steps.map((one) => (one.kind === 'put' ? { ...one, name: `${names[one.key]}` } : one));
}
