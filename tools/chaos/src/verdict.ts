import type { Difference } from '@dualwrite/e2e';
import { judgeHistory, unbalancedBooks, type Breach, type BreachKind, type Parked } from '@dualwrite/proof';
import type { Evidence } from './evidence';

/** What a run comes to, in the words of its last line. */
export interface Figures {
  readonly lost: number;
  readonly resurrected: number;
  readonly doubled: number;
  readonly disagreements: number;
  readonly unbalanced: number;
  readonly invented: number;
  readonly needlessWrites: number;
}

/** Everything that breaks a promise. */
export function breachesOf({ history, books, differences }: Evidence): readonly Breach[] {
  return [
    ...judgeHistory(history),
    ...unexplained(differences, history.parked).map(({ map, key, what, field, fo, dataverse }): Breach => ({
      kind: 'disagreement',
      map,
      key,
      ...(field === undefined ? {} : { field }),
      text: field === undefined ? what : `${what}: "${fo ?? ''}" in F&O, "${dataverse ?? ''}" in Dataverse`,
    })),
    ...unbalancedBooks(books),
  ];
}

/** Differences of pairs that are not parked with a reason. */
export function unexplained(
  differences: readonly Difference[],
  parked: readonly Parked[],
): readonly Difference[] {
  const excused = new Set(parked.map(({ map, key }) => `${map} ${key.toLowerCase()}`));
  return differences.filter(({ map, key }) => !excused.has(`${map} ${key.toLowerCase()}`));
}

export function figuresOf(breaches: readonly Breach[]): Figures {
  const count = (...kinds: readonly BreachKind[]): number =>
    breaches.filter(({ kind }) => kinds.includes(kind)).length;
  return {
    lost: count('lost-value', 'lost-update', 'unjust-delete'),
    resurrected: count('resurrected'),
    doubled: count('doubled'),
    disagreements: count('disagreement'),
    unbalanced: count('unbalanced'),
    invented: count('invented'),
    needlessWrites: count('needless-write'),
  };
}
