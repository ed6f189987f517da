import type { Cell, Side } from '@dualwrite/events';
import type { Converted, FieldRule, MapRules } from '../map-rules';

const value = (to: Cell): Converted => ({ kind: 'value', value: to });

export function aField(name: string, given: Partial<FieldRule> = {}): FieldRule {
  return {
    name,
    column: { fo: name, dataverse: name },
    direction: 'both',
    drift: 'repair',
    conflict: null,
    deferrable: false,
    convert: (_to, cell) => value(cell),
    same: (_side, left, right) => left === right,
    ...given,
  };
}

/** Dataverse keeps four characters. */
export function aShortField(name: string, given: Partial<FieldRule> = {}): FieldRule {
  return aField(name, {
    convert: (to, cell) => value(to === 'dataverse' && typeof cell === 'string' ? cell.slice(0, 4) : cell),
    ...given,
  });
}

/** A lookup: in F&O the key of a group, in Dataverse its id. */
export function aReference(name: string, given: Partial<FieldRule> = {}): FieldRule {
  const lookup = { side: 'dataverse' as const, table: 'group', company: 'usmf' };
  return aField(name, {
    convert: (to, cell, _source, references) => {
      if (cell === null) return value(null);
      const found =
        to === 'dataverse'
          ? references.idOf('group', 'code', cell, 'usmf')
          : references.valueOf('group', 'code', String(cell));
      if (found !== undefined) return value(found);
      const column = to === 'dataverse' ? 'code' : 'groupid';
      return { kind: 'wait', wanted: { ...lookup, column, value: String(cell) } };
    },
    ...given,
  });
}

/** A table of the usual kind: F&O shows no ids, Dataverse takes ours and tells of deletes. */
export function aMap(fields: readonly FieldRule[], given: Partial<MapRules> = {}): MapRules {
  return {
    name: 'customers',
    version: 1,
    table: { fo: 'CustomersV3', dataverse: 'account' },
    fields,
    conflict: 'fo-wins',
    firstMeeting: 'fo-wins',
    deleteVersusEdit: 'delete',
    creates: { fo: true, dataverse: true },
    deletes: { fo: 'delete', dataverse: 'delete' },
    ownIds: { fo: false, dataverse: true },
    hasIds: { fo: false, dataverse: true },
    tellsDeletes: { fo: false, dataverse: true },
    keyOf: (_side, cells) => ({ kind: 'key', key: `usmf/${cells['key'] ?? '1'}` }),
    inScope: (_side, cells) => cells['isOurs'] !== false,
    newRowId: (side: Side, source: string) => (side === 'dataverse' ? `made-for-${source}` : null),
    newNativeId: (side: Side, rowId: string | null) => (side === 'fo' ? 'usmf|1' : rowId),
    ...given,
  };
}
