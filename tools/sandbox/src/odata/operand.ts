import type { Literal } from './literal';

export type Arithmetic = 'add' | 'sub' | 'mul' | 'div' | 'divby' | 'mod';

/** One side of a comparison, where it is more than a property or a constant. */
export type Operand =
  | { kind: 'path'; path: string }
  | { kind: 'literal'; literal: Literal }
  | { kind: 'arithmetic'; operator: Arithmetic; left: Operand; right: Operand };

/** The words of each rank; those of the second bind tighter. */
export const SUMS: readonly Arithmetic[] = ['add', 'sub'];
export const PRODUCTS: readonly Arithmetic[] = ['mul', 'divby', 'div', 'mod'];

export function pathsOf(operand: Operand): string[] {
  if (operand.kind === 'path') return [operand.path];
  return operand.kind === 'arithmetic' ? [...pathsOf(operand.left), ...pathsOf(operand.right)] : [];
}
