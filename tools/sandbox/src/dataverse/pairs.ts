import type { DataverseTable } from '../edm/dataverse-table';
import type { Transaction } from '../store/transaction';
import { collectionsOf, type Collection } from './collections';
import type { DataverseContext } from './dataverse-context';
import { refuse } from './dataverse-errors';

type ManyToManyEnd = Extract<Collection, { kind: 'many' }>;

/** The links of an N:N relationship: rows of a table of pairs, which is not served by itself. */
export function addPair(
  context: DataverseContext,
  unit: Transaction,
  end: ManyToManyEnd,
  own: string,
  other: string,
): void {
  const { key, cells } = pairOf(end, own, other);
  if (context.store.table(end.intersect).rows.has(key))
    refuse(412, '0x80040237', 'Cannot insert duplicate key.');
  unit.put(end.intersect, { key, id: key, cells });
}

export function removePair(unit: Transaction, end: ManyToManyEnd, own: string, other: string): void {
  unit.remove(end.intersect, pairOf(end, own, other).key);
}

/** The links of a row that goes. */
export function removePairs(
  context: DataverseContext,
  unit: Transaction,
  table: DataverseTable,
  id: string,
): void {
  for (const collection of collectionsOf(context, table).values()) {
    if (collection.kind !== 'many') continue;
    for (const { key, cells } of [...context.store.table(collection.intersect).rows.values()])
      if (cells[collection.end] === id) unit.remove(collection.intersect, key);
  }
}

function pairOf(
  { end }: ManyToManyEnd,
  own: string,
  other: string,
): { key: string; cells: { one: string; two: string } } {
  const [one, two] = end === 'one' ? [own, other] : [other, own];
  return { key: `${one}|${two}`, cells: { one, two } };
}
