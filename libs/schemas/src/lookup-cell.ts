import type { Cell } from '@dualwrite/events';
import type { Column } from './table-schema';

/** A lookup that may point at rows of several tables: its GUID does not say which. */
export function isPolymorphic(column: Pick<Column, 'type' | 'targets'>): boolean {
  return column.type === 'lookup' && (column.targets?.length ?? 0) > 1;
}

/** What the cell of a polymorphic lookup says. */
export interface PolymorphicTarget {
  /** Logical name. */
  readonly table: string;
  readonly id: string;
}

/** `account/GUID`: a polymorphic lookup carries its table with it, in observations and in writes alike. */
export function polymorphicCell({ table, id }: PolymorphicTarget): string {
  return `${table}/${id}`;
}

export function polymorphicTarget(cell: Cell): PolymorphicTarget | null {
  const parts = typeof cell === 'string' ? cell.split('/') : [];
  const [table, id] = parts;
  return parts.length === 2 && table && id ? { table, id } : null;
}
