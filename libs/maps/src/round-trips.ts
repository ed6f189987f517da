import type { Cell, Cells } from '@dualwrite/events';
import type { References } from '@dualwrite/planner';
import type { CompiledField } from './compile-field';

export type RoundTrip =
  | { readonly kind: 'same' }
  /** The value comes back as another one: a lossy field (rounding, truncation, value map). */
  | { readonly kind: 'different'; readonly there: Cell; readonly back: Cell }
  | { readonly kind: 'not-converted'; readonly reason: string };

/** What becomes of an F&O value on its way to Dataverse and back. */
export function roundTrips(field: CompiledField, source: Cells, references: References): RoundTrip {
  const value = field.column.fo === null ? null : (source[field.column.fo] ?? null);
  const there = field.convert('dataverse', value, source, references);
  if (there.kind !== 'value')
    return {
      kind: 'not-converted',
      reason: there.kind === 'wait' ? `waits for ${there.wanted.table}` : there.text,
    };
  const back = field.convert('fo', there.value, {}, references);
  if (back.kind !== 'value')
    return {
      kind: 'not-converted',
      reason: back.kind === 'wait' ? `waits for ${back.wanted.table}` : back.text,
    };
  return field.same('fo', value, back.value)
    ? { kind: 'same' }
    : { kind: 'different', there: there.value, back: back.value };
}
