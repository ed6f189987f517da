import type { Cell } from '@dualwrite/events';
import { cellOf } from './cell-of';
import type { ResolvedColumn } from './resolved-map';
import type { MapValue } from './table-map';

export interface ValueMapProblem {
  readonly code: 'value-map-value' | 'value-map-ambiguous';
  /** Key in the map file. */
  readonly key: string;
  readonly message: string;
}

/** Both ways of a value map; undefined: the value is not in it. */
export interface ValueMap {
  toDataverse(value: Cell): Cell | undefined;
  toFo(value: Cell): Cell | undefined;
  readonly problems: readonly ValueMapProblem[];
}

/** Reads a value map in the two columns' types; F&O's values, and texts of Dataverse, are compared without case. */
export function compileValueMap(
  values: Readonly<Record<string, MapValue>>,
  fo: ResolvedColumn,
  dataverse: ResolvedColumn,
): ValueMap {
  const forward = new Map<string, Cell>();
  const backward = new Map<string, Cell>();
  const problems: ValueMapProblem[] = [];
  for (const [key, value] of Object.entries(values)) {
    const foCell = cellOf(fo, key);
    const dataverseCell = cellOf(dataverse, value);
    if (foCell === undefined) {
      problems.push({
        code: 'value-map-value',
        key,
        message: `${key} is no value of ${fo.name}${fo.symbols ? `: it has ${fo.symbols.join(', ')}` : ''}`,
      });
      continue;
    }
    if (dataverseCell === undefined) {
      problems.push({
        code: 'value-map-value',
        key,
        message: `${String(value)} is no value of ${dataverse.name}, which is of type ${dataverse.type}`,
      });
      continue;
    }
    if (forward.has(index(foCell))) {
      problems.push({
        code: 'value-map-value',
        key,
        message: `${key} stands here twice; letter case does not tell values apart`,
      });
    }
    const other = backward.get(index(dataverseCell));
    if (other !== undefined) {
      problems.push({
        code: 'value-map-ambiguous',
        key,
        message: `${String(value)} stands for ${String(other)} and for ${key}: going back to F&O it could be either; make the field to-dataverse, or the values distinct`,
      });
    }
    forward.set(index(foCell), dataverseCell);
    if (other === undefined) backward.set(index(dataverseCell), foCell);
  }
  return {
    toDataverse: (value) => forward.get(index(value)),
    toFo: (value) => backward.get(index(value)),
    problems,
  };
}

function index(value: Cell): string {
  return value === null ? 'null' : `=${String(value).trimEnd().toLowerCase()}`;
}
