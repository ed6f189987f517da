import { otherSide, SIDES, type Cell, type Cells, type Side } from '@dualwrite/events';
import type { FieldRule, References } from '@dualwrite/planner';

/** Either value, brought into the other side's form, is what the other side shows. */
export function agree(
  rule: FieldRule,
  cells: Readonly<Record<Side, Cells>>,
  references: References,
): boolean {
  if (rule.column.fo === null || rule.column.dataverse === null || rule.createOnly) return true;
  if (rule.direction !== 'both')
    return (
      rule.drift === 'leave' ||
      shows(rule, rule.direction === 'to-fo' ? 'fo' : 'dataverse', cells, references)
    );
  return SIDES.some((side) => shows(rule, side, cells, references));
}

export function cellOf(rule: FieldRule, side: Side, cells: Cells): Cell {
  const column = rule.column[side];
  return column === null ? null : (cells[column] ?? null);
}

function shows(
  rule: FieldRule,
  target: Side,
  cells: Readonly<Record<Side, Cells>>,
  references: References,
): boolean {
  const source = otherSide(target);
  const converted = rule.convert(target, cellOf(rule, source, cells[source]), cells[source], references);
  return (
    converted.kind === 'value' && rule.same(target, converted.value, cellOf(rule, target, cells[target]))
  );
}
