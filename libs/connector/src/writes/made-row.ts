import { isProvisional, provisionalId } from '@dualwrite/events';
import type { RowAnswer, WriteEnd } from '../register/row-answer';
import type { KeyedRow, ObservedTable, SideAnswer, SidePort } from '../side-port';
import type { KeyedWrite } from './write-executor';

/**
 * The row of a create whose name the side chose: as the answer shows it, or found by the reference that we gave it.
 * Null: nobody can tell what became of it.
 *
 * @param answer null: it was lost
 */
export async function findMade(
  side: SidePort,
  table: ObservedTable,
  write: KeyedWrite,
  answer: Extract<SideAnswer, { kind: 'done' }> | null,
): Promise<KeyedRow | null> {
  if (!isProvisional(write.nativeId)) return null;
  if (answer?.row) return answer.row;
  const value = write.reference === undefined ? undefined : write.patch[write.reference];
  if (write.reference === undefined || typeof value !== 'string') return null;
  return side.findByReference(table, write.reference, value);
}

/**
 * The row under its own name with the write's answer; behind it, the entry without a row is closed. In this order:
 * after a crash between the two, the write comes again and is looked up.
 */
export function madeAnswers(made: KeyedRow, end: WriteEnd): readonly [row: RowAnswer, closing: RowAnswer] {
  const { write } = end;
  const own: WriteEnd = { ...end, write: { ...write, nativeId: made.nativeId } };
  return [
    { nativeId: made.nativeId, row: made.row, end: own },
    { nativeId: provisionalId(write.pairId), row: null, end },
  ];
}
