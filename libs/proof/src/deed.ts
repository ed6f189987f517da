import type { Side } from '@dualwrite/events';

/** A value before and after a deed; null: empty, or no row. */
export interface Change {
  readonly before: string | null;
  readonly after: string | null;
}

/** One committed write of one row, as the log of its side tells it. */
export interface Deed {
  /** Order of all deeds of both sides: what only an outside observer knows. */
  readonly n: number;
  readonly atMs: number;
  readonly side: Side;
  readonly map: string;
  /** Business key, as a person writes it: the same on both sides. */
  readonly key: string;
  /** The side's own name for the row: two rows of one key have two. */
  readonly rowId: string;
  readonly operation: 'create' | 'update' | 'delete';
  /** `person`: anybody but us. */
  readonly by: 'person' | 'product';
  /** Per tracked field of the map, under one name for both sides. */
  readonly fields: Readonly<Record<string, Change>>;
}

/** A row as it stands in the end. */
export interface Shown {
  readonly side: Side;
  readonly map: string;
  readonly key: string;
  readonly rowId: string;
  readonly values: Readonly<Record<string, string | null>>;
}

/** A value that the journal tells was given up. */
export interface GivenUp {
  readonly map: string;
  readonly key: string;
  readonly value: string;
}

/** A pair that is set aside with a reason: not in step, and says so. */
export interface Parked {
  readonly map: string;
  readonly key: string;
  readonly reason: string;
}

/** Everything that happened to one business key of one map. */
export interface Thing {
  readonly map: string;
  readonly key: string;
  /** In the order in which they happened. */
  readonly deeds: readonly Deed[];
  readonly shown: readonly Shown[];
  readonly givenUp: ReadonlySet<string>;
  readonly isParked: boolean;
}

export interface History {
  readonly deeds: readonly Deed[];
  readonly shown: readonly Shown[];
  readonly givenUp: readonly GivenUp[];
  readonly parked: readonly Parked[];
}

/** A history apart by map and key: what happens to one row is no concern of another. */
export function thingsOf(history: History): readonly Thing[] {
  const things = new Map<string, { map: string; key: string; deeds: Deed[]; shown: Shown[] }>();
  const thing = ({ map, key }: { readonly map: string; readonly key: string }) => {
    const name = nameOf({ map, key });
    const known = things.get(name) ?? { map, key, deeds: [], shown: [] };
    things.set(name, known);
    return known;
  };
  for (const deed of [...history.deeds].sort((left, right) => left.n - right.n)) thing(deed).deeds.push(deed);
  for (const row of history.shown) thing(row).shown.push(row);
  const givenUp = new Map<string, Set<string>>();
  for (const one of history.givenUp) {
    const values = givenUp.get(nameOf(one)) ?? new Set();
    givenUp.set(nameOf(one), values.add(one.value));
  }
  const parked = new Set(history.parked.map(nameOf));
  return [...things].map(([name, one]) => ({
    ...one,
    givenUp: givenUp.get(name) ?? new Set(),
    isParked: parked.has(name),
  }));
}

/** Both sides compare keys without case. */
function nameOf({ map, key }: { readonly map: string; readonly key: string }): string {
  return `${map} ${key.toLowerCase()}`;
}
