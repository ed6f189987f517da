import { COMPANY_TABLE, rowTest } from '@dualwrite/maps';
import type { FreshRow } from '@dualwrite/proof';
import type { Column, TableSchema } from '@dualwrite/schemas';
import type { Cells } from '@dualwrite/events';
import type { ProblemError } from '../problems';
import type { BootstrapDocument, BootstrapRule } from './bootstrap-document';
import type { BoundRule } from './choose-company';

const OWNER_COLUMN = 'ownerid';
const UNIT_COLUMN = 'owningbusinessunit';

/** Everything that rules may name, by the words that people use for it, in lower case. */
export interface KnownNames {
  /** Code to id. */
  readonly companies: ReadonlyMap<string, string>;
  /** Name, domain name or id to ids: two users may have one name. */
  readonly owners: ReadonlyMap<string, readonly string[]>;
  readonly units: ReadonlyMap<string, readonly string[]>;
}

/** A table of the document with what is needed to look at its rows and to write them. */
export interface BoundTable {
  readonly table: string;
  readonly schema: TableSchema;
  readonly companyColumn: string;
  /** To be read: the company's, and all that rules look at. */
  readonly columns: readonly string[];
  readonly rules: readonly BoundRule[];
}

/** Names by what people call them. */
export function namesOf(rows: readonly FreshRow[], columns: readonly string[]): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const { nativeId, cells } of rows) {
    for (const word of [nativeId, ...columns.map((column) => cells[column])]) {
      if (typeof word !== 'string' || word === '') continue;
      const key = word.toLowerCase();
      names.set(key, [...(names.get(key) ?? []), nativeId]);
    }
  }
  return names;
}

/** Binds one table's rules to its columns and to the rows that they name. What is wrong is told all at once. */
export function bindTable(
  table: string,
  schema: TableSchema | undefined,
  { spec: { rules } }: BootstrapDocument,
  known: KnownNames,
): { readonly bound?: BoundTable; readonly errors: readonly ProblemError[] } {
  if (schema === undefined)
    return {
      errors: [{ field: 'spec.tables', code: 'unknown-table', message: `there is no table ${table}` }],
    };
  const lookups = [...schema.columns.values()].filter(isCompanyLookup);
  const [company] = lookups;
  if (company === undefined) {
    const message = `${table} has no column that points at ${COMPANY_TABLE}: make it with dw provision apply`;
    return { errors: [{ field: 'spec.tables', code: 'company-column', message }] };
  }
  const errors: ProblemError[] = [];
  const columns = new Set([company.name]);
  const bound = rules.flatMap((rule, index): BoundRule[] => {
    if (rule.tables !== undefined && !rule.tables.includes(table)) return [];
    const tests = testsOf(rule, index, schema, known);
    errors.push(...tests.errors);
    for (const column of tests.columns) columns.add(column);
    const matches = (cells: Cells): boolean => tests.all.every((test) => test(cells));
    return [{ index, company: rule.company.toLowerCase(), matches }];
  });
  return {
    bound: { table, schema, companyColumn: company.name, columns: [...columns], rules: bound },
    errors,
  };
}

interface Tests {
  readonly all: readonly ((cells: Cells) => boolean)[];
  readonly columns: readonly string[];
  readonly errors: readonly ProblemError[];
}

function testsOf(rule: BootstrapRule, index: number, schema: TableSchema, known: KnownNames): Tests {
  const field = `spec.rules[${index}]`;
  const all: ((cells: Cells) => boolean)[] = [];
  const columns: string[] = [];
  const errors: ProblemError[] = [];
  if (!known.companies.has(rule.company.toLowerCase())) {
    const message = `there is no company ${rule.company} in Dataverse: start the map of legal entities first`;
    errors.push({ field: `${field}.company`, code: 'company-unknown', message });
  }
  const named = [
    { word: rule.owner, part: 'owner', column: OWNER_COLUMN, ids: known.owners },
    { word: rule.businessUnit, part: 'businessUnit', column: UNIT_COLUMN, ids: known.units },
  ];
  for (const { word, part, column, ids } of named) {
    if (word === undefined) continue;
    const found = ids.get(word.toLowerCase());
    if (!schema.columns.has(column)) {
      const message = `rows of ${schema.table} have no ${column}: use a filter`;
      errors.push({ field: `${field}.${part}`, code: 'unknown-column', message });
    } else if (found === undefined) {
      errors.push({ field: `${field}.${part}`, code: 'unknown-name', message: `nothing is called ${word}` });
    } else {
      columns.push(column);
      all.push((cells) => found.includes(idOf(cells[column])));
    }
  }
  if (rule.filter !== undefined) {
    const made = rowTest(rule.filter, schema);
    if ('problem' in made) {
      const message = `${made.problem} (${schema.table})`;
      errors.push({ field: `${field}.filter`, code: 'filter', message });
    } else {
      columns.push(...made.columns);
      all.push(made.test);
    }
  }
  return { all, columns, errors };
}

/** The cell of a lookup that may point at several tables has the table in front. */
function idOf(cell: Cells[string] | undefined): string {
  return typeof cell === 'string' ? cell.replace(/^.*\//, '') : '';
}

function isCompanyLookup({ targets = [] }: Column): boolean {
  return targets.some(({ table }) => table === COMPANY_TABLE);
}
