import { SIDES, type Cell, type Cells, type Side } from '@dualwrite/events';
import type { Deactivation, DeletePolicy } from '@dualwrite/planner';
import { cellOf } from './cell-of';
import type { Findings, Path } from './finding';
import type { ResolvedColumn, ResolvedMap } from './resolved-map';
import { sameCell } from './same-cell';
import type { DeleteSpec, MapValue, Policies } from './table-map';

/** How every Dataverse table with a state says "inactive", unless its makers chose otherwise. */
const DATAVERSE_INACTIVE: Readonly<Record<string, MapValue>> = { statecode: 1, statuscode: 2 };

/** Finds the columns of `deactivate` in the schemas; the result names them in the side's own spelling. */
export function resolveDeletePolicy(
  given: Policies['delete'],
  column: (side: Side, name: string, path: Path) => ResolvedColumn | undefined,
  findings: Findings,
): Policies['delete'] {
  if (given === undefined) return undefined;
  const resolved: Partial<Record<Side, DeleteSpec>> = {};
  for (const side of SIDES) {
    const spec = given[side];
    if (spec === undefined) continue;
    const path: Path = ['spec', 'policies', 'delete', side];
    const wanted = deactivationOf(side, spec);
    if (wanted === undefined) {
      resolved[side] = spec;
    } else if (wanted === null) {
      findings.error(
        'deactivate-column',
        path,
        'F&O has no one column that marks a row as inactive: name it, deactivate: { COLUMN: VALUE }',
      );
    } else {
      resolved[side] = { deactivate: resolveValues(side, wanted, path, column, findings) };
    }
  }
  return resolved;
}

export function deletePolicyOf(spec: DeleteSpec | undefined, mayCreate: boolean): DeletePolicy {
  if (spec === undefined) return mayCreate ? 'delete' : 'park';
  if (typeof spec === 'boolean') return spec ? 'delete' : 'park';
  return typeof spec === 'string' ? spec : 'deactivate';
}

export function compileDeactivation(map: ResolvedMap, side: Side): Deactivation | undefined {
  const spec = map.spec.policies?.delete?.[side];
  const wanted = spec === undefined ? undefined : deactivationOf(side, spec);
  if (!wanted) return undefined;
  const cells = Object.entries(wanted).map(([name, value]) => {
    const column = map.resolved[side].columns[name];
    const cell: Cell | undefined = column && cellOf(column, value);
    if (column === undefined || cell === undefined) {
      throw new TypeError(`map ${map.metadata.name} was resolved without ${name}: apply it anew`);
    }
    return { column, cell };
  });
  const patch: Cells = Object.fromEntries(cells.map(({ column, cell }) => [column.name, cell]));
  const isShown = (row: Cells): boolean =>
    cells.every(({ column, cell }) => sameCell(side, column, cell, row[column.name] ?? null));
  return { patch, isShown };
}

/** Undefined: another policy; null: nothing says by which column. */
function deactivationOf(side: Side, spec: DeleteSpec): Readonly<Record<string, MapValue>> | null | undefined {
  if (typeof spec === 'object') return spec.deactivate;
  if (spec !== 'deactivate') return undefined;
  return side === 'dataverse' ? DATAVERSE_INACTIVE : null;
}

function resolveValues(
  side: Side,
  wanted: Readonly<Record<string, MapValue>>,
  path: Path,
  column: (side: Side, name: string, path: Path) => ResolvedColumn | undefined,
  findings: Findings,
): Record<string, MapValue> {
  const values: Record<string, MapValue> = {};
  for (const [name, value] of Object.entries(wanted)) {
    const place = [...path, 'deactivate', name];
    const found = column(side, name, place);
    if (found === undefined) continue;
    if (cellOf(found, value) === undefined) {
      findings.error(
        'deactivate-value',
        place,
        `${JSON.stringify(value)} is no value of ${found.name}, which is of type ${found.type}`,
      );
    }
    values[found.name] = value;
  }
  return values;
}
