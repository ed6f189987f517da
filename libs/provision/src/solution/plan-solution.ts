import type { DataverseStep } from '../dataverse-step';
import { isCustomName } from '../names';
import type { PlanItem } from '../plan-item';
import { planTables, type ActualTable, type PlannedItem } from '../plan-tables';
import type { ColumnDefinition, TableDefinition } from '../table-definition';
import type { WantedTable } from '../wanted';

/** What a solution brings to one table. */
export interface SolutionTable {
  readonly table: string;
  /** The table as a whole comes with the solution; null: Dataverse has it from the start. */
  readonly made: TableDefinition | null;
  /** The table's name with its capitals. */
  readonly schemaName: string;
  readonly columns: readonly ColumnDefinition[];
  readonly keys: readonly (readonly string[])[];
}

export interface SolutionPlan {
  /** Each of them tracks its changes. */
  readonly tables: readonly SolutionTable[];
  /** What a solution made of these definitions cannot bring: `dw provision apply` adds it, or a person. */
  readonly leftOut: readonly PlanItem[];
}

/**
 * What brings a new environment, with standard tables only, to what is wanted: the plan of `dw provision` for it, sorted
 * by table. What would make an import fail as a whole is left out, and told.
 */
export function planSolution(wanted: readonly WantedTable[]): SolutionPlan {
  const actual = newEnvironment(wanted);
  const items = planTables(wanted, actual);
  const leftOut = items.filter(({ step }) => step === null).map(shown);
  const steps = items.flatMap(({ step }) => step ?? []);
  const made = steps.flatMap((step) => (step.kind === 'create-table' ? step.definition.table : []));
  const isThere = (table: string): boolean => made.includes(table) || !isCustomName(table);
  const tables = wanted
    .filter(({ table }) => isThere(table))
    .map((one) => tableOf(one, steps, isThere, actual.get(one.table)));
  return {
    tables: tables.map(({ table }) => table),
    leftOut: [...leftOut, ...tables.flatMap(({ leftOut: of }) => of)],
  };
}

function newEnvironment(wanted: readonly WantedTable[]): Map<string, ActualTable> {
  const standard = wanted.filter(({ table }) => !isCustomName(table));
  return new Map(
    standard.map(({ table, columns }) => [
      table,
      { isTracked: false, canTrack: true, columns: standardColumns(columns), keys: [] },
    ]),
  );
}

/** What nobody has defined and has no prefix is Dataverse's own, whatever its type. */
function standardColumns(columns: WantedTable['columns']): Map<string, string> {
  const own = columns.filter(({ name, definition }) => definition === null && !isCustomName(name));
  return new Map(own.map(({ name }) => [name, '']));
}

function tableOf(
  { table, definition }: WantedTable,
  steps: readonly DataverseStep[],
  isThere: (table: string) => boolean,
  actual: ActualTable | undefined,
): { readonly table: SolutionTable; readonly leftOut: readonly PlanItem[] } {
  const leftOut: PlanItem[] = [];
  const keys: (readonly string[])[] = [];
  const columns = steps.flatMap((step): readonly ColumnDefinition[] => {
    if (step.kind === 'create-table' && step.definition.table === table) return step.columns;
    return step.kind === 'create-column' && step.table === table ? [step.column] : [];
  });
  const brought = columns.filter(({ target }) => target === undefined || isThere(target));
  for (const { name, target = '' } of columns)
    if (!brought.some((column) => column.name === name))
      leftOut.push(
        forAPerson('lookup', `${table}.${name}`, `it points at ${target}, which the solution lacks`),
      );
  const has = (name: string): boolean =>
    brought.some((column) => column.name === name) || actual?.columns.has(name) === true;
  for (const step of steps) {
    if (step.kind !== 'create-key' || step.table !== table) continue;
    const missing = step.columns.filter((name) => !has(name));
    const where = `${table}(${step.columns.join(', ')})`;
    if (missing.length > 0)
      leftOut.push(forAPerson('key', where, `the solution lacks ${missing.join(', ')}`));
    else if (actual !== undefined && !step.columns.some(isCustomName)) leftOut.push(keyForApply(where));
    else keys.push(step.columns);
  }
  const made = actual === undefined ? definition : null;
  return {
    table: { table, made, schemaName: definition?.schemaName ?? table, columns: brought, keys },
    leftOut,
  };
}

function forAPerson(kind: string, where: string, what: string): PlanItem {
  const remedy = 'Make what is missing in Dataverse, then dw provision apply, which adds the rest.';
  return { side: 'dataverse', kind, where, what, state: 'missing', isOurs: false, remedy };
}

/** Such a key may have come with the table, and a second one of the same columns would end the import. */
function keyForApply(where: string): PlanItem {
  const what = 'Dataverse may have this key of its own columns from the start: it is made where it is not';
  return { side: 'dataverse', kind: 'key', where, what, state: 'missing', isOurs: true, remedy: null };
}

function shown({ step: _, ...item }: PlannedItem): PlanItem {
  return item;
}
