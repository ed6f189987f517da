import { SIDES, type Side } from '@dualwrite/events';
import type { Column, TableSchema } from '@dualwrite/schemas';
import { checkField } from './check-field';
import { resolveDeletePolicy } from './delete-policy';
import { checkClasses, classOf } from './table-class';
import { checkReference } from './external-reference';
import { factsOf, findColumn, sameName } from './find-in-schema';
import { Findings, hasErrors, type Finding, type Path } from './finding';
import { resolveLastChange } from './last-change';
import { parseDataversePath, stepName, type LookupStep } from './lookup-path';
import { nearest } from './nearest';
import type { Locate } from './parse-map-file';
import { resolveFilter } from './resolve-filter';
import { resolveLookup } from './resolve-lookup';
import {
  COMPANY_CODE_COLUMN,
  type ResolvedColumn,
  type ResolvedLookup,
  type ResolvedMap,
  type ResolvedTable,
} from './resolved-map';
import type { FieldSpec, KeySpec, Policies, TableMap } from './table-map';

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
    .map((path) => findColumn(dataverse, parseDataversePath(path).column));
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
    readonly map: TableMap,
    readonly fo: TableSchema,
    readonly dataverse: TableSchema,
    readonly tables: readonly TableSchema[],
    readonly findings: Findings,
  ) {}

  resolve(): ResolvedMap {
    const { spec } = this.map;
    const company = this.company();
    const key = spec.key.map((part, index) => this.key(part, ['spec', 'key', index]));
    const fields = spec.fields.map((field, index) => this.field(field, ['spec', 'fields', index]));
    for (const side of SIDES) {
      const read = resolveFilter(
        spec[side].filter ?? '',
        this[side],
        ['spec', side, 'filter'],
        this.findings,
      );
      for (const column of read) this.note(this[side], column);
    }
    this.checkNativeKey(fields);
    checkClasses(spec, this, this.findings);
    const policies = this.policies();
    const reference = this.reference();
    return {
      ...this.map,
      spec: {
        ...spec,
        fo: {
          ...spec.fo,
          entity: this.fo.table,
          ...(reference === undefined ? {} : { reference: reference.name }),
        },
        dataverse: { ...spec.dataverse, table: this.dataverse.table },
        ...(company === undefined ? {} : { company }),
        key,
        ...(policies === undefined ? {} : { policies }),
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

  private reference(): ResolvedColumn | undefined {
    const name = this.map.spec.fo.reference;
    const column = name === undefined ? undefined : this.column('fo', name, ['spec', 'fo', 'reference']);
    if (column !== undefined) checkReference(column, this.map.spec.fields, this.findings);
    return column;
  }

  private policies(): Policies | undefined {
    const { policies } = this.map.spec;
    const find = (side: Side, name: string, path: Path): ResolvedColumn | undefined =>
      this.column(side, name, path);
    const tables = { fo: this.fo, dataverse: this.dataverse };
    const lastChange = resolveLastChange(this.map.spec, tables, find, this.findings);
    const onDelete = resolveDeletePolicy(policies?.delete, find, this.findings);
    if (policies === undefined && lastChange === undefined) return undefined;
    return {
      ...policies,
      ...(lastChange === undefined ? {} : { lastChange }),
      ...(onDelete === undefined ? {} : { delete: onDelete }),
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
    const step = { table: null, key: COMPANY_CODE_COLUMN };
    const lookup = this.step(company.dataverse, step, undefined, [...path, 'dataverse']);
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
    if (isWhole) {
      for (const leaf of target?.leaves ?? [null]) checkField(field, fo ?? null, leaf, path, this.findings);
    }
    return {
      ...field,
      ...(fo === undefined ? {} : { fo: fo.name }),
      ...(target === undefined ? {} : { dataverse: target.path }),
    };
  }

  /** As parseDataversePath has it; the leaves are the columns whose types the value may have. */
  private path(
    text: string,
    wanted: string | undefined,
    path: Path,
  ): { path: string; leaves: readonly ResolvedColumn[] } | undefined {
    const parsed = parseDataversePath(text);
    if (parsed.kind === 'too-deep') {
      this.findings.error(
        'lookup-too-deep',
        path,
        `${text} goes over more than one lookup, which this version does not follow: map ${parsed.column} by a key of its own table`,
      );
      return undefined;
    }
    if (parsed.kind === 'lookup') {
      const lookups = parsed.steps.map((step) => this.step(parsed.column, step, wanted, path));
      const found = lookups.filter((lookup) => lookup !== undefined);
      if (found.length < lookups.length || found[0] === undefined) return undefined;
      const names = parsed.steps.map((step, index) => resolvedStepName(step, found[index]));
      return {
        path: [found[0].column, ...names].join('.'),
        leaves: found.map(({ keyColumn }) => keyColumn),
      };
    }
    const column = this.column('dataverse', parsed.column, path);
    if (column?.type === 'lookup') {
      this.findings.error(
        'lookup-needs-path',
        path,
        `${column.name} is a lookup: say by which column its row is found, ${column.name}.COLUMN`,
      );
      return undefined;
    }
    return column === undefined ? undefined : { path: column.name, leaves: [column] };
  }

  private step(
    name: string,
    { table, key }: LookupStep,
    wanted: string | undefined,
    path: Path,
  ): ResolvedLookup | undefined {
    const lookup = this.lookup(name, key, table ?? wanted, path);
    if (lookup !== undefined)
      this.lookups.set(`${lookup.column}.${resolvedStepName({ table, key }, lookup)}`, lookup);
    return lookup;
  }

  private lookup(
    name: string,
    key: string,
    wanted: string | undefined,
    path: Path,
  ): ResolvedLookup | undefined {
    const column = findColumn(this.dataverse, name);
    if (column === undefined) return void this.column('dataverse', name, path);
    this.note(this.dataverse, column);
    return resolveLookup(this, { column, key, wanted, path });
  }

  private column(side: Side, name: string, path: Path): ResolvedColumn | undefined {
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

  /** In F&O a row is created under its key: without all of it, rows made in Dataverse could not travel. */
  private checkNativeKey(fields: readonly FieldSpec[]): void {
    const writesToFo = fields.some((field) => field.fo !== undefined && field.direction !== 'to-dataverse');
    const isNumbered = this.map.spec.fo.reference !== undefined;
    if (!writesToFo || isNumbered || this.map.spec.policies?.create?.fo === false) return;
    for (const name of this.fo.key) {
      const isGiven =
        name === this.fo.companyColumn ||
        fields.some((field) => field.fo === name && field.direction !== 'to-dataverse');
      if (!isGiven) {
        this.findings.warning(
          'key-not-mapped',
          ['spec', 'fields'],
          `no field gives ${name}, part of the key of ${this.fo.table}: rows cannot be created in F&O; map it, name a reference column (fo.reference) if F&O numbers its rows itself, or set policies.create.fo to false`,
        );
      }
    }
  }

  private table(schema: TableSchema, columns: ReadonlyMap<string, ResolvedColumn>): ResolvedTable {
    for (const name of schema.key) {
      const column = schema.columns.get(name);
      if (column !== undefined) this.note(schema, column);
    }
    return {
      table: schema.table,
      class: classOf(schema),
      key: schema.key,
      columns: Object.fromEntries(columns),
    };
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

/** In the sides' own spelling. */
function resolvedStepName({ table, key }: LookupStep, lookup: ResolvedLookup | undefined): string {
  if (lookup === undefined) return stepName({ table, key });
  return stepName({ table: table === null ? null : lookup.table, key: lookup.keyColumn.name });
}
