import type { Breach } from './breach';

/** The books of a map as its status shows them. */
export interface Books {
  readonly name: string;
  readonly examined: number;
  readonly written: { readonly fo: number; readonly dataverse: number };
  readonly unchanged: number;
  readonly filtered: number;
  readonly parked: number;
  readonly waiting: number;
  readonly held: number;
}

/** Every pair that was examined is in exactly one class. */
export function unbalancedBooks(books: readonly Books[]): readonly Breach[] {
  return books.flatMap((one): Breach[] => {
    const { name, examined, written, unchanged, filtered, parked, waiting, held } = one;
    const classed = written.fo + written.dataverse + unchanged + filtered + parked + waiting + held;
    if (classed === examined) return [];
    return [
      {
        kind: 'unbalanced',
        map: name,
        key: null,
        text: `${examined} pairs were examined, and ${classed} are in a class: ${JSON.stringify(one)}`,
      },
    ];
  });
}
