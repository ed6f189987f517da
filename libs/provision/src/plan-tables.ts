import type { DataverseStep } from './dataverse-step';
import type { PlanItem } from './plan-item';
import type { ColumnDefinition, ColumnKind } from './table-definition';
import type { WantedColumn, WantedTable } from './wanted';

/** A table as Dataverse's metadata tells it. */
export interface ActualTable {
  readonly isTracked: boolean;
  readonly canTrack: boolean;
  /** By logical name: the `AttributeType`. */
  readonly columns: ReadonlyMap<string, string>;
  readonly keys: readonly { readonly columns: readonly string[]; readonly status: string }[];
}

export interface PlannedItem extends PlanItem {
  /** null: it is for a person, or it has to wait for something before it. */
  readonly step: DataverseStep | null;
}

/** `AttributeType` of what serves as a column of ours. */
const SERVES: Readonly<Record<ColumnKind, readonly string[]>> = {
  string: ['String', 'Memo'],
  integer: ['Integer', 'BigInt', 'Decimal'],
  bigint: ['BigInt'],
  decimal: ['Decimal', 'Money'],
  boolean: ['Boolean'],
  date: ['DateTime'],
  datetime: ['DateTime'],
  picklist: ['Picklist', 'Status', 'State', 'Integer'],
  lookup: ['Lookup', 'Customer', 'Owner'],
};

/**
 * Every difference of tables, columns, keys and change tracking, in the order in which they can be made: lookups after
 * all tables, keys after all columns.
 */
export function planTables(
  wanted: readonly WantedTable[],
  actual: ReadonlyMap<string, ActualTable>,
): PlannedItem[] {
  const items = wanted.flatMap((table) => planTable(table, actual.get(table.table)));
  const rank = (item: PlannedItem): number => ORDER.indexOf(item.kind);
  return items.sort((left, right) => rank(left) - rank(right));
}

const ORDER = ['table', 'column', 'lookup', 'key', 'change-tracking'];

function planTable(wanted: WantedTable, actual: ActualTable | undefined): PlannedItem[] {
  const { table, definition } = wanted;
  const known = actual ?? { isTracked: false, canTrack: true, columns: new Map<string, string>(), keys: [] };
  const rest = [
    ...wanted.columns.flatMap((column) => planColumn(table, column, known, actual === undefined)),
    ...wanted.keys.flatMap((columns) => planKey(table, columns, known)),
    ...planTracking(table, known),
  ];
  if (actual !== undefined) return rest;
  if (definition === null || definition.isStandard === true)
    return [
      {
        ...item('table', table, 'missing', `there is no table ${table}, and nothing says how to make it`),
        ...byHand('Install the solution that has it, or make it in Power Apps, then plan again.'),
      },
    ];
  const columns = wanted.columns.flatMap(({ definition: one }) =>
    one && one.type !== 'lookup' ? [one] : [],
  );
  return [
    {
      ...item('table', table, 'missing', `make the table with ${columns.length} columns`),
      ...byUs({ kind: 'create-table', definition, columns }),
    },
    ...rest,
  ];
}

function planColumn(
  table: string,
  { name, definition }: WantedColumn,
  actual: ActualTable,
  isNewTable: boolean,
): PlannedItem[] {
  const where = `${table}.${name}`;
  const type = actual.columns.get(name);
  if (definition === null) {
    // The primary id comes with the table.
    if (type !== undefined || (isNewTable && name === `${table}id`)) return [];
    return [
      {
        ...item('column', where, 'missing', `there is no column ${name}, and nothing says how to make it`),
        ...byHand('Make it in Power Apps, or take it out of the map, then plan again.'),
      },
    ];
  }
  const kind = definition.type === 'lookup' ? 'lookup' : 'column';
  if (type === undefined) {
    // The plain columns of a new table are made with it.
    if (isNewTable && kind === 'column') return [];
    return [
      {
        ...item(kind, where, 'missing', `make the ${textOf(definition)}`),
        ...byUs({ kind: 'create-column', table, column: definition }),
      },
    ];
  }
  if (SERVES[definition.type].includes(type)) return [];
  return [
    {
      ...item(kind, where, 'different', `it is of type ${type}, wanted is a ${textOf(definition)}`),
      ...byHand('A column keeps its type: map another column, or make this one anew in Power Apps.'),
    },
  ];
}

function planKey(table: string, columns: readonly string[], actual: ActualTable): PlannedItem[] {
  const where = `${table}(${columns.join(', ')})`;
  const wanted = [...columns].sort().join();
  const found = actual.keys.find((key) => [...key.columns].sort().join() === wanted);
  if (found === undefined)
    return [
      {
        ...item('key', where, 'missing', 'make the alternate key'),
        ...byUs({ kind: 'create-key', table, columns }),
      },
    ];
  switch (found.status) {
    case 'Active':
      return [];
    case 'Failed':
      return [
        {
          ...item('key', where, 'failed', 'its index could not be built: rows share a value'),
          ...byHand('Mend the rows that share a value, then reactivate the key (Power Apps, table, Keys).'),
        },
      ];
    default:
      return [
        {
          ...item('key', where, 'pending', 'its index is being built'),
          isOurs: true,
          remedy: null,
          step: null,
        },
      ];
  }
}

function planTracking(table: string, { isTracked, canTrack }: ActualTable): PlannedItem[] {
  if (isTracked) return [];
  const text = 'turn change tracking on';
  if (canTrack)
    return [
      { ...item('change-tracking', table, 'missing', text), ...byUs({ kind: 'track-changes', table }) },
    ];
  return [
    {
      ...item('change-tracking', table, 'missing', 'the table can never track changes'),
      ...byHand('Map another table: without change tracking deletes and edits of this one are not seen.'),
    },
  ];
}

type Finding = Pick<PlanItem, 'side' | 'kind' | 'where' | 'what' | 'state'>;

function item(kind: string, where: string, state: PlanItem['state'], what: string): Finding {
  return { side: 'dataverse', kind, where, what, state };
}

function byUs(step: DataverseStep): Pick<PlannedItem, 'isOurs' | 'remedy' | 'step'> {
  return { isOurs: true, remedy: null, step };
}

function byHand(remedy: string): Pick<PlannedItem, 'isOurs' | 'remedy' | 'step'> {
  return { isOurs: false, remedy, step: null };
}

function textOf({ type, maxLength, scale, target, options }: ColumnDefinition): string {
  switch (type) {
    case 'string':
      return `text of ${maxLength ?? 100} characters`;
    case 'decimal':
      return `decimal with ${scale ?? 2} digits behind the point`;
    case 'lookup':
      return `lookup to ${target ?? '?'}`;
    case 'picklist':
      return `choice of ${options?.length ?? 0}`;
    default:
      return type;
  }
}
