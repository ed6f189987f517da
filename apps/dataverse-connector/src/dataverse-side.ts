import { COVERAGE_ALL_COMPANIES, NO_COMPANY } from '@dualwrite/events';
import {
  rowFromWire,
  SidePort,
  type ChunkBounds,
  type CreatedMany,
  type DocumentAnswer,
  type KeyedRow,
  type KeyedWrite,
  type ObservedTable,
  type PartToSend,
  type SideAnswer,
  type SideChunk,
  type SideRow,
  VERSION_MISSING,
} from '@dualwrite/connector';
import type {
  CallBudgets,
  DataverseClient,
  DataversePart,
  DataverseQuery,
  JsonObject,
  WriteReply,
} from '@dualwrite/odata';
import {
  attributeFacts,
  filterLiteral,
  isPolymorphic,
  parseCsdl,
  wireName,
  type ColumnFacts,
  type TableSchema,
} from '@dualwrite/schemas';
import { dataverseBody } from './dataverse-body';

const READ_COUNT_MAX = 8;
/** Ids in one filter: the address must stay well below what gateways take, the conditions below 500. */
const IDS_PER_READ = 50;
/** From here on a filter is cheaper than a request per row. */
const IDS_BY_FILTER = 10;
/** Far below the documented 1,000: a transaction holds its locks, and when it fails it is tried again in parts. */
const CREATE_COUNT_MAX = 100;
const COMPANY_TABLE = 'cdm_company';
const COMPANY_CODE = 'cdm_companycode';

/** Dataverse as the connector's engine sees it. */
export class DataverseSide extends SidePort {
  readonly side = 'dataverse';
  readonly hasIds = true;
  private readonly bulk: DataverseClient;
  private readonly withoutCreateMultiple = new Set<string>();
  private tables: ReadonlyMap<string, TableSchema> = new Map();

  constructor(private readonly client: DataverseClient) {
    super();
    this.bulk = client.bulk;
  }

  override get budgets(): CallBudgets {
    return this.client.budgets;
  }

  override get tokenRenewedAtMs(): number | null {
    return this.client.tokenRenewedAtMs;
  }

  get requestDeadlineMs(): number {
    return this.client.requestDeadlineMs;
  }

  isDoubtful(silenceMsMax: number | null): boolean {
    return this.client.isDoubtful(silenceMsMax);
  }

  environmentId(): Promise<string> {
    return this.client.organizationId();
  }

  async schemas(): Promise<ReadonlyMap<string, TableSchema>> {
    const schemas = await parseCsdl('dataverse', await this.client.metadata());
    this.tables = new Map(schemas.map((schema) => [schema.table, schema]));
    return this.tables;
  }

  async facts(schema: TableSchema): Promise<ColumnFacts[]> {
    return attributeFacts(await this.client.attributes(schema.table));
  }

  override honoursVersions(schema: TableSchema): Promise<boolean> {
    return this.client.hasOptimisticConcurrency(schema.table);
  }

  isConditional({ schema }: ObservedTable): boolean {
    return schema.isConditional !== false;
  }

  /** By id, a few at a time: an id that is not there answers 404, and that is what a delete looks like. */
  async readRows(
    table: ObservedTable,
    nativeIds: readonly string[],
  ): Promise<ReadonlyMap<string, SideRow | null>> {
    if (nativeIds.length >= IDS_BY_FILTER) return this.readByFilter(table, nativeIds);
    const query = queryOf(table);
    const rows = new Map<string, SideRow | null>();
    const waiting = [...nativeIds];
    const reader = async (): Promise<void> => {
      for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
        const found = await this.client.findById(query, id);
        rows.set(id, found === null ? null : keyedRow(table, found).row);
      }
    };
    await Promise.all(Array.from({ length: Math.min(READ_COUNT_MAX, nativeIds.length) }, reader));
    return rows;
  }

  private async readByFilter(
    table: ObservedTable,
    nativeIds: readonly string[],
  ): Promise<ReadonlyMap<string, SideRow | null>> {
    const [primaryId = ''] = table.schema.key;
    const rows = new Map<string, SideRow | null>(nativeIds.map((id) => [id, null]));
    for (let from = 0; from < nativeIds.length; from += IDS_PER_READ) {
      const ids = nativeIds.slice(from, from + IDS_PER_READ);
      const filter = ids.map((id) => `${primaryId} eq ${id}`).join(' or ');
      let page = await this.bulk.page(queryOf(table), { filter, pageRowCountMax: IDS_PER_READ });
      for (;;) {
        for (const { nativeId, row } of page.rows.map((json) => keyedRow(table, json)))
          rows.set(nativeId, row);
        if (page.nextLink === null) break;
        page = await this.bulk.followPage(page.nextLink, IDS_PER_READ, queryOf(table));
      }
    }
    return rows;
  }

  override createCountMax({ table }: Pick<ObservedTable, 'table'>): number {
    return this.withoutCreateMultiple.has(table) ? 0 : CREATE_COUNT_MAX;
  }

  /** A row whose body cannot be made is refused with all the others: alone it is told why. */
  override async createMany(table: ObservedTable, writes: readonly KeyedWrite[]): Promise<CreatedMany> {
    const { schema } = table;
    const [primaryId = ''] = schema.key;
    const rows: JsonObject[] = [];
    for (const write of writes) {
      const made = dataverseBody(schema, write);
      if ('kind' in made) return made;
      rows.push({ [primaryId]: write.nativeId, ...made.body });
    }
    const answer = await this.bulk.createMultiple(schema.entitySet, schema.table, rows);
    if (answer.kind === 'not-offered') this.withoutCreateMultiple.add(table.table);
    return answer;
  }

  async chunk(table: ObservedTable, { company, cursor, rowCountMax }: ChunkBounds): Promise<SideChunk> {
    const [primaryId = ''] = table.schema.key;
    const filter = cursor === null ? await this.companyFilter(table, company) : undefined;
    if (filter === null) return { rows: [], nextCursor: null };
    const page =
      cursor === null
        ? await this.bulk.page(queryOf(table), {
            orderBy: primaryId,
            pageRowCountMax: rowCountMax,
            ...(filter === undefined ? {} : { filter }),
          })
        : await this.bulk.followPage(cursor, rowCountMax, queryOf(table));
    return { rows: page.rows.map((row) => keyedRow(table, row)), nextCursor: page.nextLink };
  }

  async count(table: ObservedTable, company: string): Promise<number> {
    const [primaryId = ''] = table.schema.key;
    const filter = await this.companyFilter(table, company);
    return filter === null ? 0 : this.bulk.count(table.schema.entitySet, primaryId, filter);
  }

  async send(table: ObservedTable, write: KeyedWrite): Promise<SideAnswer> {
    const { schema } = table;
    // Without optimistic concurrency Dataverse refuses a version as such; that the row is there may be asked for.
    const client = write.isBulk ? this.bulk : this.client;
    const expects = (this.isConditional(table) ? write.expects : null) ?? '*';
    if (write.kind === 'delete') {
      return answerOf(table, await client.remove(schema.entitySet, write.nativeId, expects));
    }
    const made = dataverseBody(schema, write);
    if ('kind' in made) return made;
    const query = queryOf(table);
    const reply =
      write.kind === 'create'
        ? await client.create(query, write.nativeId, made.body)
        : await client.update(query, write.nativeId, expects, made.body);
    return answerOf(table, reply);
  }

  override async sendTogether(parts: readonly PartToSend[]): Promise<DocumentAnswer> {
    const requests: DataversePart[] = [];
    for (const [part, { table, write }] of parts.entries()) {
      const row = { ...queryOf(table), id: write.nativeId };
      const { expects: version } = write;
      const made = dataverseBody(table.schema, write);
      if ('kind' in made) return { ...made, part };
      if (write.kind === 'create') requests.push({ ...row, kind: 'create', body: made.body });
      else if (version === null) return { ...VERSION_MISSING, part };
      else if (write.kind === 'delete') requests.push({ ...row, kind: 'delete', version });
      else requests.push({ ...row, kind: 'update', version, body: made.body });
    }
    const reply = await this.client.together(requests);
    if (reply.kind !== 'done') return reply;
    const rows = reply.rows.map((row, index) => {
      const table = parts[index]?.table;
      return row && table ? keyedRow(table, row) : (row as null | undefined);
    });
    return { kind: 'done', rows };
  }

  /** Undefined: no restriction; null: there is no such company, so no row. */
  private async companyFilter(table: ObservedTable, company: string): Promise<string | undefined | null> {
    if (company === COVERAGE_ALL_COMPANIES) return undefined;
    const lookup = [...table.schema.columns.values()].find((column) =>
      column.targets?.some(({ table: t }) => t === COMPANY_TABLE),
    );
    if (company === NO_COMPANY) return lookup === undefined ? null : `${wireName(lookup)} eq null`;
    const companies = this.tables.get(COMPANY_TABLE);
    const code = companies?.columns.get(COMPANY_CODE);
    const [companyId] = companies?.key ?? [];
    if (lookup === undefined || companies === undefined || code === undefined || companyId === undefined)
      return undefined;
    const page = await this.client.page(
      { entitySet: companies.entitySet, select: [companyId] },
      { filter: `${COMPANY_CODE} eq ${filterLiteral('dataverse', code, company)}`, pageRowCountMax: 1 },
    );
    const [found] = page.rows;
    return found === undefined ? null : `${wireName(lookup)} eq ${String(found[companyId])}`;
  }
}

/** The columns on the wire; id and ETag come by themselves. */
export function queryOf(table: ObservedTable): DataverseQuery {
  const { schema } = table;
  const columns = table.columns.flatMap((name) => schema.columns.get(name) ?? []);
  const query = { entitySet: schema.entitySet, select: columns.map(wireName) };
  return columns.some(isPolymorphic) ? { ...query, tellsTargets: true } : query;
}

export function keyedRow(table: ObservedTable, json: JsonObject): KeyedRow {
  return rowFromWire(table.schema, table.columns, json);
}

function answerOf(table: ObservedTable, reply: WriteReply): SideAnswer {
  if (reply.kind !== 'done') return reply;
  return { kind: 'done', row: reply.row ? keyedRow(table, reply.row) : reply.row };
}
