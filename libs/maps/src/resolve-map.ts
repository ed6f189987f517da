import type { Side } from '@dualwrite/events';
import type { Column, TableSchema } from '@dualwrite/schemas';
import { compileFilter, FilterMismatch } from './compile-filter';
import type { FilterDialect } from './filter';
import { filterColumns } from './filter';
import { Findings, hasErrors, type Finding, type Path } from './finding';
import type { Locate } from './parse-map-file';
import { parseFilter } from './parse-filter';
import { checkField } from './check-field';
import { nearest } from './nearest';
import {
  COMPANY_CODE_COLUMN,
  COMPANY_TABLE,
  type ResolvedColumn,
  type ResolvedLookup,
  type ResolvedMap,
  type ResolvedTable,
} from './resolved-map';
import type { FieldSpec, KeySpec, TableMap } from './table-map';

/** Table schemas of both sides, in any order and letter case of the names. */
export interface SideSchemas {
  readonly fo: Iterable<TableSchema>;
  /** The mapped table and those that its lookups point at; see lookupTablesOf. */
  readonly dataverse: Iterable<TableSchema>;
}

/**
 * Finds every name of a map in the sides' schemas, and notes what converting needs to know of them.
 *
 * @returns the resolved map where no finding is an error, and everything found
 */
export function resolveMap(
  map: TableMap,
  schemas: SideSchemas,
  locate?: Locate,
): { readonly map?: ResolvedMap; readonly findings: readonly Finding[] } {
  const findings = new Findings(locate);
  const fo = findTable(schemas.fo, map.spec.fo.entity, ['spec', 'fo', 'entity'], 'F&O entity', findings);
  const dataverse = findTable(
    schemas.dataverse,
    map.spec.dataverse.table,
    ['spec', 'dataverse', 'table'],
    'Dataverse table',
    findings,
  );
  if (fo === undefined || dataverse === undefined) return { findings: findings.list };
  const resolved = new MapResolver(map, fo, dataverse, [...schemas.dataverse], findings).resolve();
  return hasErrors(findings.list) ? { findings: findings.list } : { map: resolved, findings: findings.list };
}

/** Dataverse tables that a map's lookups may point at: their schemas are needed beside the mapped table's. */
export function lookupTablesOf(map: TableMap, dataverse: TableSchema): string[] {
  const { company, key, fields } = map.spec;
  const paths = [
    ...key.map((part) => part.dataverse),
    ...fields.map((field) => field.dataverse),
    company?.dataverse,
  ];
  const columns = paths
    .filter((path) => path !== undefined)
    .map((path) => findColumn(dataverse, path.split('.')[0] ?? ''));
  return [
    ...new Set(columns.flatMap((column) => column?.targets?.map((target) => target.table) ?? [])),
  ].sort();
}

class MapResolver {
  private readonly columns = {
    fo: new Map<string, ResolvedColumn>(),
    dataverse: new Map<string, ResolvedColumn>(),
  };
  private readonly lookups = new Map<string, ResolvedLookup>();

  constructor(
    private readonly map: TableMap,
    private readonly fo: TableSchema,
    private readonly dataverse: TableSchema,
    private readonly tables: readonly TableSchema[],
    private readonly findings: Findings,
  ) {}

  resolve(): ResolvedMap {
    const { spec } = this.map;
    const company = this.company();
    const key = spec.key.map((part, index) => this.key(part, ['spec', 'key', index]));
    const fields = spec.fields.map((field, index) => this.field(field, ['spec', 'fields', index]));
    this.filter('fo', spec.fo.filter ?? '', this.fo, ['spec', 'fo', 'filter']);
    this.filter('odata', spec.dataverse.filter ?? '', this.dataverse, ['spec', 'dataverse', 'filter']);
    this.checkNativeKey(fields);
    return {
      ...this.map,
      spec: {
        ...spec,
        fo: { ...spec.fo, entity: this.fo.table },
        dataverse: { ...spec.dataverse, table: this.dataverse.table },
        ...(company === undefined ? {} : { company }),
        key,
        fields,
      },
      resolved: {
        form: 1,
        fo: this.table(this.fo, this.columns.fo),
        dataverse: this.table(this.dataverse, this.columns.dataverse),
        lookups: Object.fromEntries(this.lookups),
      },
    };
  }

  private company(): { fo: string; dataverse: string } | undefined {
    const { company } = this.map.spec;
    if (company === undefined) {
      if (this.fo.companyColumn !== null) {
        this.findings.error(
          'company-missing',
          ['spec', 'company'],
          `rows of ${this.fo.table} belong to companies: add company: {fo: ${this.fo.companyColumn}, dataverse: ...}`,
        );
      }
      return undefined;
    }
    const path: Path = ['spec', 'company'];
    const fo = this.column('fo', company.fo, [...path, 'fo']);
    const lookup = this.lookup(company.dataverse, COMPANY_CODE_COLUMN, undefined, [...path, 'dataverse']);
    if (fo !== undefined && fo.name !== this.fo.companyColumn) {
      this.findings.error(
        'company-column',
        [...path, 'fo'],
        `${fo.name} is not what ${this.fo.table} is divided by: that is ${this.fo.companyColumn ?? 'nothing, its rows are shared'}`,
      );
    }
    return { fo: fo?.name ?? company.fo, dataverse: lookup?.column ?? company.dataverse };
  }

  private key(part: KeySpec, path: Path): KeySpec {
    const fo = this.column('fo', part.fo, [...path, 'fo']);
    const dataverse = this.path(part.dataverse, undefined, [...path, 'dataverse']);
    return { fo: fo?.name ?? part.fo, dataverse: dataverse?.path ?? part.dataverse };
  }

  private field(field: FieldSpec, path: Path): FieldSpec {
    const fo = field.fo === undefined ? undefined : this.column('fo', field.fo, [...path, 'fo']);
    const target =
      field.dataverse === undefined
        ? undefined
        : this.path(field.dataverse, field.target, [...path, 'dataverse']);
    const isWhole =
      (field.fo === undefined || fo !== undefined) && (field.dataverse === undefined || target !== undefined);
    if (isWhole) checkField(field, fo ?? null, target?.leaf ?? null, path, this.findings);
    return {
      ...field,
      ...(fo === undefined ? {} : { fo: fo.name }),
      ...(target === undefined ? {} : { dataverse: target.path }),
    };
  }

  /** `COLUMN` or `COLUMN.KEY`; the leaf is the column whose type the value has. */
  private path(
    text: string,
    wanted: string | undefined,
    path: Path,
  ): { path: string; leaf: ResolvedColumn } | undefined {
    const [name = '', key, ...deeper] = text.split('.');
    if (deeper.length > 0) {
      this.findings.error(
        'lookup-too-deep',
        path,
        `${text} goes over more than one lookup, which this version does not follow: map ${name} by a key of its own table`,
      );
      return undefined;
    }
    if (key !== undefined) {
      const lookup = this.lookup(name, key, wanted, path);
      return lookup === undefined
        ? undefined
        : { path: `${lookup.column}.${lookup.keyColumn.name}`, leaf: lookup.keyColumn };
    }
    const column = this.column('dataverse', name, path);
    if (column?.type === 'lookup') {
      this.findings.error(
        'lookup-needs-path',
        path,
        `${column.name} is a lookup: say by which column its row is found, ${column.name}.COLUMN`,
      );
      return undefined;
    }
    return column === undefined ? undefined : { path: column.name, leaf: column };
  }

  private lookup(
    name: string,
    key: string,
    wanted: string | undefined,
    path: Path,
  ): ResolvedLookup | undefined {
    const column = findColumn(this.dataverse, name);
    if (column === undefined) return void this.column('dataverse', name, path);
    if (column.type !== 'lookup') {
      return void this.findings.error(
        'not-a-lookup',
        path,
        `${column.name} is of type ${column.type}, not a lookup: write it without .${key}`,
      );
    }
    this.note(this.dataverse, column);
    const possible = (column.targets ?? []).filter(
      (target) => wanted === undefined || sameName(target.table, wanted),
    );
    const candidates = possible
      .map((target) => this.tables.find((table) => sameName(table.table, target.table)))
      .filter((table) => table !== undefined && findColumn(table, key) !== undefined) as TableSchema[];
    const [target] = candidates;
    if (target === undefined) {
      const names = possible.map((one) => one.table).join(', ') || 'no known table';
      return void this.findings.error(
        'unknown-lookup-key',
        path,
        `${column.name} points at ${names}, where there is no column ${key}`,
      );
    }
    if (candidates.length > 1) {
      const names = candidates.map((one) => one.table).join(', ');
      return void this.findings.error(
        'lookup-target-ambiguous',
        path,
        `${column.name} points at ${names}, which all have ${key}: name one as target`,
      );
    }
    const lookup = this.lookupInto(column.name, target, key);
    this.lookups.set(`${column.name}.${lookup.keyColumn.name}`, lookup);
    if (lookup.companyColumn !== null && this.map.spec.company === undefined) {
      this.findings.warning(
        'company-missing',
        path,
        `rows of ${lookup.table} belong to companies, this map's do not: a key found in several companies cannot be told apart`,
      );
    }
    return lookup;
  }

  private lookupInto(column: string, target: TableSchema, key: string): ResolvedLookup {
    const keyColumn = findColumn(target, key);
    const company = this.companyColumnOf(target);
    return {
      column,
      table: target.table,
      primaryKey: target.key[0] ?? '',
      keyColumn: factsOf('dataverse', keyColumn ?? { name: key, type: 'string', nullable: true }),
      companyColumn: company,
    };
  }

  /** The vendor's tables call it msdyn_company; in others it is the one lookup that points at cdm_company. */
  private companyColumnOf(target: TableSchema): string | null {
    if (target.table === COMPANY_TABLE) return null;
    const own = this.map.spec.company;
    if (own !== undefined && target === this.dataverse)
      return findColumn(target, own.dataverse)?.name ?? null;
    const columns = [...target.columns.values()].filter((column) =>
      column.targets?.some((one) => one.table === COMPANY_TABLE),
    );
    const named = columns.find((column) => column.name === 'msdyn_company');
    return named?.name ?? (columns.length === 1 ? (columns[0]?.name ?? null) : null);
  }

  private column(side: 'fo' | 'dataverse', name: string, path: Path): ResolvedColumn | undefined {
    const schema = this[side];
    const column = findColumn(schema, name);
    if (column === undefined) {
      const guess = nearest(name, [...schema.columns.keys()]);
      this.findings.error(
        'unknown-column',
        path,
        `${schema.table} has no column ${name}${guess === undefined ? '' : `: did you mean ${guess}?`}`,
      );
      return undefined;
    }
    return this.note(schema, column);
  }

  private note(schema: TableSchema, column: Column): ResolvedColumn {
    const facts = factsOf(schema.side, column);
    this.columns[schema.side].set(column.name, facts);
    return facts;
  }

  private filter(dialect: FilterDialect, text: string, schema: TableSchema, path: Path): void {
    const parsed = parseFilter(dialect, text);
    if ('problem' in parsed) {
      this.findings.error(
        'filter-syntax',
        path,
        `${parsed.problem.message} (at character ${parsed.problem.offset + 1} of ${text})`,
      );
      return;
    }
    try {
      compileFilter(parsed.filter, (name) => findFilterColumn(schema, name));
    } catch (error) {
      if (!(error instanceof FilterMismatch)) throw error;
      this.findings.error(error.code, path, error.message);
      return;
    }
    for (const name of parsed.filter === null ? [] : filterColumns(parsed.filter)) {
      const column = findFilterColumn(schema, name);
      if (column !== undefined) this.note(schema, column);
    }
  }

  /** In F&O a row is created under its key: without all of it, rows made in Dataverse could not travel. */
  private checkNativeKey(fields: readonly FieldSpec[]): void {
    const writesToFo = fields.some((field) => field.fo !== undefined && field.direction !== 'to-dataverse');
    if (!writesToFo || this.map.spec.policies?.create?.fo === false) return;
    for (const name of this.fo.key) {
      const isGiven =
        name === this.fo.companyColumn ||
        fields.some((field) => field.fo === name && field.direction !== 'to-dataverse');
      if (!isGiven) {
        this.findings.warning(
          'key-not-mapped',
          ['spec', 'fields'],
          `no field gives ${name}, part of the key of ${this.fo.table}: rows cannot be created in F&O; map it, or set policies.create.fo to false`,
        );
      }
    }
  }

  private table(schema: TableSchema, columns: ReadonlyMap<string, ResolvedColumn>): ResolvedTable {
    for (const name of schema.key) {
      const column = schema.columns.get(name);
      if (column !== undefined) this.note(schema, column);
    }
    return { table: schema.table, key: schema.key, columns: Object.fromEntries(columns) };
  }
}

function findTable(
  schemas: Iterable<TableSchema>,
  name: string,
  path: Path,
  kind: string,
  findings: Findings,
): TableSchema | undefined {
  const all = [...schemas];
  // The entity set is no name of ours, but the vendor's own maps write it.
  const table =
    all.find((one) => sameName(one.table, name)) ?? all.find((one) => sameName(one.entitySet, name));
  if (table === undefined) {
    const guess = nearest(
      name,
      all.map((one) => one.table),
    );
    findings.error(
      'unknown-table',
      path,
      `there is no ${kind} ${name}${guess === undefined ? '' : `: did you mean ${guess}?`}`,
    );
  }
  return table;
}

/** Docs write F&O fields in upper case: names are matched without case. */
function findColumn(schema: TableSchema, name: string): Column | undefined {
  return (
    schema.columns.get(name) ?? [...schema.columns.values()].find((column) => sameName(column.name, name))
  );
}

function findFilterColumn(schema: TableSchema, name: string): Column | undefined {
  const lookup = schema.side === 'dataverse' ? /^_(.+)_value$/.exec(name)?.[1] : undefined;
  return findColumn(schema, lookup ?? name);
}

/** The most that Dataverse keeps of a floating point column; its metadata seldom says how much. */
const DATAVERSE_DOUBLE_SCALE = 5;

function factsOf(side: Side, { name, type, nullable, maxLength, scale, symbols }: Column): ResolvedColumn {
  const digits = scale ?? (side === 'dataverse' && type === 'double' ? DATAVERSE_DOUBLE_SCALE : undefined);
  return {
    name,
    type,
    nullable,
    ...(maxLength === undefined ? {} : { maxLength }),
    ...(digits === undefined ? {} : { scale: digits }),
    ...(symbols === undefined ? {} : { symbols }),
  };
}

function sameName(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
