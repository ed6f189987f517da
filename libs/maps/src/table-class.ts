import { SIDES, type Side } from '@dualwrite/events';
import type { TableSchema } from '@dualwrite/schemas';
import type { Findings } from './finding';
import type { TableClass } from './resolved-map';
import type { MapSpec } from './table-map';

export function classOf(schema: TableSchema): TableClass {
  return schema.isConditional === false ? 'B' : 'A';
}

/**
 * A table of class B promises agreement, but not that no edit is lost: where both sides write, somebody has to have said
 * that this will do.
 */
export function checkClasses(
  spec: Pick<MapSpec, 'fields' | 'policies'>,
  tables: Readonly<Record<Side, TableSchema>>,
  findings: Findings,
): void {
  if (spec.policies?.classB === 'accept') return;
  const travelsTo = (side: Side): boolean =>
    spec.fields.some(({ direction = 'both' }) => direction === 'both' || direction === `to-${side}`);
  const isTwoWay = SIDES.every(travelsTo);
  for (const side of SIDES) {
    const table = tables[side];
    if (!travelsTo(side) || classOf(table) === 'A') continue;
    const said = `${table.table} is a table of class B: ${side === 'fo' ? 'F&O' : 'Dataverse'} does not honour If-Match on it, so an edit made there in the moment of our write may be lost`;
    if (isTwoWay) {
      findings.error(
        'class-b',
        ['spec', 'policies', 'classB'],
        `${said}; accept that with policies.classB: accept, or let the fields travel one way`,
      );
    } else {
      findings.warning('class-b', ['spec', 'policies', 'classB'], said);
    }
  }
}
