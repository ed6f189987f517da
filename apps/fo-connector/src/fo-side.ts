import { COVERAGE_ALL_COMPANIES, type Cell } from '@dualwrite/events';
import {
  rowFromWire,
  SidePort,
  type ChunkBounds,
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
import {
  afterKeyFilter,
  equalsFilter,
  hasOrderedKey,
  keysFilter,
  type CallBudgets,
  type FoClient,
  type FoPart,
  type FoPage,
  type FoQuery,
  type JsonObject,
  type WriteReply,
} from '@dualwrite/odata';
import {
  keyPredicate,
  parseCsdl,
  parseNativeId,
  publicEntityFacts,
  UnreadableValue,
  type ColumnFacts,
  type TableSchema,
} from '@dualwrite/schemas';
import { foBody } from './fo-body';
import type { VersionProbe } from './version-probe';

/** Keys in one request: the address must stay well below what gateways take. */
const KEYS_PER_READ = 20;

export interface FoSideOptions {
  readonly client: FoClient;
  /** The environment as the operator names it; empty: as it says itself, or else its host. */
  readonly environmentId: string;
  readonly hostName: string;
  /** Whether F&O honours `If-Match`; where not, rows are looked at before and after a write (class B). */
  readonly versions: VersionProbe;
}

/** Finance and Operations as the connector's engine sees it. */
export class FoSide extends SidePort {
  readonly side = 'fo';
  readonly hasIds = false;

  private readonly bulk: FoClient;

  constructor(private readonly options: FoSideOptions) {
    super();
    this.bulk = options.client.bulk;
  }

  override get budgets(): CallBudgets {
    return this.options.client.budgets;
  }

  override get tokenRenewedAtMs(): number | null {
    return this.options.client.tokenRenewedAtMs;
  }

  get requestDeadlineMs(): number {
    return this.options.client.requestDeadlineMs;
  }

  isDoubtful(silenceMsMax: number | null): boolean {
    return this.options.client.isDoubtful(silenceMsMax);
  }

  async environmentId(): Promise<string> {
    const { client, environmentId, hostName } = this.options;
    // Asked for in any case: who cannot reach F&O must not go on.
    const told = await client.environmentId();
    return environmentId || told || hostName;
  }

  async schemas(): Promise<ReadonlyMap<string, TableSchema>> {
    const schemas = await parseCsdl('fo', await this.options.client.metadata());
    return new Map(schemas.map((schema) => [schema.table, schema]));
  }

  async facts(schema: TableSchema): Promise<ColumnFacts[]> {
    const name = schema.entityType.slice(schema.entityType.lastIndexOf('.') + 1);
    return publicEntityFacts(await this.options.client.publicEntity(name));
  }

  override honoursVersions(): Promise<boolean> {
    return this.options.versions.honoursVersions();
  }

  isConditional({ schema }: ObservedTable): boolean {
    return schema.isConditional === true;
  }

  /** By key over all companies, several keys to a request. */
  async readRows(
    table: ObservedTable,
    nativeIds: readonly string[],
  ): Promise<ReadonlyMap<string, SideRow | null>> {
    const rows = new Map<string, SideRow | null>(nativeIds.map((id) => [id, null]));
    const keys = nativeIds.flatMap((id) => keyOf(table.schema, id) ?? []);
    for (let from = 0; from < keys.length; from += KEYS_PER_READ) {
      const filter = keysFilter(table.schema, keys.slice(from, from + KEYS_PER_READ));
      let page = await this.options.client.page(queryOf(table), { filter });
      for (;;) {
        // F&O compares without case: a row under another spelling is another entry and no answer to this one.
        for (const { nativeId, row } of keyedRows(table, page))
          if (rows.has(nativeId)) rows.set(nativeId, row);
        if (page.nextLink === null) break;
        page = await this.options.client.followPage(page.nextLink);
      }
    }
    return rows;
  }

  override async findByReference(
    table: ObservedTable,
    column: string,
    value: string,
  ): Promise<KeyedRow | null> {
    const found = table.schema.columns.get(column);
    if (found === undefined) return null;
    const page = await this.options.client.page(queryOf(table), {
      filter: equalsFilter(found, value),
      top: 2,
    });
    const [row, another] = keyedRows(table, page);
    return row === undefined || another !== undefined ? null : row;
  }

  chunk(table: ObservedTable, bounds: ChunkBounds): Promise<SideChunk> {
    return hasOrderedKey(table.schema) ? this.rangeChunk(table, bounds) : this.linkedChunk(table, bounds);
  }

  count(table: ObservedTable, company: string): Promise<number> {
    return this.bulk.count(table.schema.entitySet, companyFilter(table.schema, company));
  }

  async send(table: ObservedTable, write: KeyedWrite): Promise<SideAnswer> {
    const client = write.isBulk ? this.bulk : this.options.client;
    const { schema } = table;
    const made = foBody(schema, write);
    if ('kind' in made) return made;
    switch (write.kind) {
      case 'create':
        return answerOf(
          table,
          await client.create(queryOf(table), keyPredicate(schema, write.nativeId), made.body),
        );
      case 'update':
        return answerOf(
          table,
          await client.update(
            queryOf(table),
            keyPredicate(schema, write.nativeId),
            write.expects ?? '*',
            made.body,
          ),
        );
      case 'delete':
        return answerOf(
          table,
          await client.remove(schema.entitySet, keyPredicate(schema, write.nativeId), write.expects ?? '*'),
        );
    }
  }

  override async sendTogether(parts: readonly PartToSend[]): Promise<DocumentAnswer> {
    const requests: FoPart[] = [];
    for (const [part, { table, write }] of parts.entries()) {
      const { schema } = table;
      const made = foBody(schema, write);
      if ('kind' in made) return { ...made, part };
      const row = { ...queryOf(table), keyPredicate: keyPredicate(schema, write.nativeId) };
      const { expects: version } = write;
      if (write.kind === 'create') requests.push({ ...row, kind: 'create', body: made.body });
      else if (version === null) return { ...VERSION_MISSING, part };
      else if (write.kind === 'delete') requests.push({ ...row, kind: 'delete', version });
      else requests.push({ ...row, kind: 'update', version, body: made.body });
    }
    const reply = await this.options.client.together(requests);
    if (reply.kind !== 'done') return reply;
    return { kind: 'done', rows: reply.rows.map((row, index) => shownRow(parts[index], row)) };
  }

  /** By key ranges, which stay true while rows come and go. */
  private async rangeChunk(
    table: ObservedTable,
    { company, cursor, rowCountMax }: ChunkBounds,
  ): Promise<SideChunk> {
    const { schema } = table;
    const after = cursor === null ? null : afterKeyFilter(schema, JSON.parse(cursor) as Cell[]);
    const own = companyFilter(schema, company);
    const filter = [own, after]
      .filter((part) => part !== null && part !== undefined)
      .map((part) => `(${part})`)
      .join(' and ');
    const page = await this.bulk.page(queryOf(table), {
      orderBy: schema.key.join(','),
      top: rowCountMax,
      ...(filter === '' ? {} : { filter }),
    });
    const rows = keyedRows(table, page);
    const last = rows.at(-1);
    const isLast = last === undefined || (page.nextLink === null && rows.length < rowCountMax);
    return {
      rows,
      nextCursor: isLast ? null : JSON.stringify(schema.key.map((name) => last.row.cells[name] ?? null)),
    };
  }

  /** Enum keys have no order in a filter: then only the server's own pages are left. */
  private async linkedChunk(table: ObservedTable, { company, cursor }: ChunkBounds): Promise<SideChunk> {
    const filter = companyFilter(table.schema, company);
    const page =
      cursor === null
        ? await this.bulk.page(queryOf(table), filter === undefined ? {} : { filter })
        : await this.bulk.followPage(cursor);
    return { rows: keyedRows(table, page), nextCursor: page.nextLink };
  }
}

function queryOf(table: ObservedTable): FoQuery {
  return { entitySet: table.schema.entitySet, select: table.columns };
}

function keyedRows(table: ObservedTable, page: FoPage): KeyedRow[] {
  return page.rows.map((row) => rowFromWire(table.schema, table.columns, row));
}

function answerOf(table: ObservedTable, reply: WriteReply): SideAnswer {
  if (reply.kind !== 'done') return reply;
  return { kind: 'done', row: reply.row ? rowFromWire(table.schema, table.columns, reply.row) : reply.row };
}

function shownRow(
  part: PartToSend | undefined,
  row: JsonObject | null | undefined,
): KeyedRow | null | undefined {
  return part === undefined || !row
    ? (row as null | undefined)
    : rowFromWire(part.table.schema, part.table.columns, row);
}

function companyFilter(schema: TableSchema, company: string): string | undefined {
  const column = schema.companyColumn === null ? undefined : schema.columns.get(schema.companyColumn);
  if (company === COVERAGE_ALL_COMPANIES || column === undefined) return undefined;
  return equalsFilter(column, company.toLowerCase());
}

/** Null: not an id of this table, so no row has it. */
function keyOf(schema: TableSchema, nativeId: string): [Cell[]] | null {
  try {
    const cells = parseNativeId(schema, nativeId);
    return [schema.key.map((name) => cells[name] ?? null)];
  } catch (error) {
    if (error instanceof UnreadableValue) return null;
    throw error;
  }
}
