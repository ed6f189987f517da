import type { CompiledMap } from '@dualwrite/maps';
import {
  judgeRows,
  unbalancedBooks,
  unsettledWrites,
  type Books,
  type Breach,
  type PairView,
} from '@dualwrite/proof';
import type { PortionedLook } from '../looks/portioned-look';

/** What one look at a map found. */
export interface MapLook {
  readonly rows: { readonly fo: number; readonly dataverse: number };
  readonly pairs: number;
  readonly parked: number;
  readonly breaches: readonly Breach[];
}

/** Judges the promises of a map by rows that were read just now, and by its pairs, which are read after them. */
export async function lookAtMap(
  rules: CompiledMap,
  from: {
    readonly look: PortionedLook;
    readonly pairs: AsyncIterable<readonly PairView[]>;
    readonly books: Books;
  },
): Promise<MapLook> {
  const { look } = from;
  const { name } = rules;
  const breaches: Breach[] = [];
  let pairCount = 0;
  let parkedCount = 0;
  for await (const pairs of from.pairs) {
    await look.addPairs(name, pairs);
    pairCount += pairs.length;
    parkedCount += pairs.filter(({ parks }) => parks.length > 0).length;
    breaches.push(...unsettledWrites(name, pairs));
  }
  for await (const portion of look.portions(rules))
    for (const breach of judgeRows({ ...portion, pairs: await look.pairsOf(portion) })) breaches.push(breach);
  breaches.push(...unbalancedBooks([from.books]));
  return { rows: look.rowCounts(name), pairs: pairCount, parked: parkedCount, breaches };
}

/** Two looks found the same thing amiss, whatever its values were. */
export function identityOf({ kind, map, key, side, field }: Breach): string {
  return [kind, map, key ?? '', side ?? '', field ?? ''].join('\n');
}
