import { cellOf } from './cell-of';
import { typesFit } from './convert-cell';
import type { Findings, Path } from './finding';
import type { ResolvedColumn } from './resolved-map';
import type { FieldSpec } from './table-map';
import { compileValueMap } from './value-map';

/** Do both columns' types, the value map and the default go together? `leaf` is the key column of a lookup's target. */
export function checkField(
  field: FieldSpec,
  fo: ResolvedColumn | null,
  leaf: ResolvedColumn | null,
  path: Path,
  findings: Findings,
): void {
  checkDefault(field, fo, leaf, path, findings);
  if (fo === null || leaf === null) return;
  const direction = field.direction ?? 'both';
  if (field.valueMap !== undefined) {
    const { problems } = compileValueMap(field.valueMap, fo, leaf);
    for (const problem of problems) {
      if (problem.code === 'value-map-ambiguous' && direction === 'to-dataverse') continue; // never read backwards
      findings.error(problem.code, [...path, 'valueMap', problem.key], problem.message);
    }
    return;
  }
  const isFit =
    (direction === 'to-fo' || typesFit(fo.type, leaf.type)) &&
    (direction === 'to-dataverse' || typesFit(leaf.type, fo.type));
  if (!isFit) {
    findings.error(
      'types-do-not-fit',
      path,
      `${fo.name} is of type ${fo.type}, ${leaf.name} of type ${leaf.type}: say with a valueMap which values correspond`,
    );
  } else {
    checkRoom(field, fo, leaf, path, findings);
  }
}

/** Warns of values that may not fit; each of them is refused when it comes. */
function checkRoom(
  field: FieldSpec,
  fo: ResolvedColumn,
  leaf: ResolvedColumn,
  path: Path,
  findings: Findings,
): void {
  const direction = field.direction ?? 'both';
  const ways: readonly [ResolvedColumn, ResolvedColumn, boolean][] = [
    [fo, leaf, direction !== 'to-fo'],
    [leaf, fo, direction !== 'to-dataverse'],
  ];
  for (const [from, to, travels] of ways) {
    if (!travels) continue;
    if ((from.maxLength ?? 0) > (to.maxLength ?? Infinity) && field.onOverflow === undefined) {
      findings.warning(
        'text-may-not-fit',
        path,
        `${from.name} holds ${from.maxLength} characters, ${to.name} only ${to.maxLength}: longer values are refused; say onOverflow: truncate to cut them`,
      );
    }
    if ((from.type === 'decimal' || from.type === 'double') && (to.type === 'int32' || to.type === 'int64')) {
      findings.warning(
        'digits-may-be-lost',
        path,
        `${from.name} may hold a fraction, ${to.name} holds whole numbers: such values are refused`,
      );
    }
  }
}

function checkDefault(
  field: FieldSpec,
  fo: ResolvedColumn | null,
  leaf: ResolvedColumn | null,
  path: Path,
  findings: Findings,
): void {
  if (field.default === undefined) return;
  const target = field.direction === 'to-fo' ? fo : field.direction === 'to-dataverse' ? leaf : null;
  if (target !== null && cellOf(target, field.default) === undefined) {
    findings.error(
      'default-value',
      [...path, 'default'],
      `${JSON.stringify(field.default)} is no value of ${target.name}, which is of type ${target.type}`,
    );
  }
}
