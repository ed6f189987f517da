import type { Cells, Side } from '@dualwrite/events';
import type { FreshRow } from '@dualwrite/proof';
import type { InternalClient, InternalRequest } from '@dualwrite/service';
import { DependencyUnavailable, log } from '@dualwrite/telemetry';
import { problem } from '../problems';

const PAGE_TIMEOUT_MS = 60_000;
const IDS_PER_CALL_MAX = 500;

interface RowsPage {
  readonly rows: readonly FreshRow[];
  readonly nextCursor: string | null;
}

/** Tables as their sides show them now, read by the connectors past their registers. */
export class FreshRows {
  private readonly lookups = new Map<string, Promise<readonly FreshRow[]>>();

  /** @param columns by `SIDE/TABLE`; absent: those that the maps that run want, of no other table */
  constructor(
    private readonly connectors: Readonly<Record<Side, InternalClient>>,
    private readonly columns?: ReadonlyMap<string, { readonly columns: readonly string[] }>,
  ) {}

  /** Of a table of Dataverse that lookups point at, these columns of every row; once per look. */
  lookedUp(table: string, columns: readonly string[]): Promise<readonly FreshRow[]> {
    const name = [table, ...columns].join('\n');
    const known = this.lookups.get(name) ?? this.readColumns(table, columns);
    this.lookups.set(name, known);
    return known;
  }

  /** All of a table, page after page, read anew each time. */
  async *pages(side: Side, table: string): AsyncGenerator<readonly FreshRow[]> {
    for (let cursor: string | null = null; ;) {
      const page: RowsPage = await this.pageBehind(side, table, cursor, {});
      yield page.rows;
      cursor = page.nextCursor;
      if (cursor === null) return;
    }
  }

  /** One page of a table, read anew each time. */
  page(
    side: Side,
    table: string,
    { cursor, rowCountMax }: { readonly cursor: string | null; readonly rowCountMax: number },
  ): Promise<RowsPage> {
    return this.pageBehind(side, table, cursor, { limit: String(rowCountMax) });
  }

  /** Those of the rows that are there, by native id. */
  async byIds(
    side: Side,
    table: string,
    nativeIds: readonly string[],
  ): Promise<ReadonlyMap<string, FreshRow>> {
    const found = new Map<string, FreshRow>();
    for (let from = 0; from < nativeIds.length; from += IDS_PER_CALL_MAX) {
      const columns = this.columnsOf(side, table);
      const body = {
        nativeIds: nativeIds.slice(from, from + IDS_PER_CALL_MAX),
        ...(columns === undefined ? {} : { columns }),
      };
      const page = await this.ask(side, `/rows/${encodeURIComponent(table)}`, { method: 'POST', body });
      for (const row of page.rows) found.set(row.nativeId, row);
    }
    return found;
  }

  private async readColumns(table: string, columns: readonly string[]): Promise<readonly FreshRow[]> {
    const rows: FreshRow[] = [];
    for await (const page of this.pages('dataverse', table))
      for (const { cells, ...row } of page) rows.push({ ...row, cells: pick(cells, columns) });
    return rows;
  }

  private pageBehind(
    side: Side,
    table: string,
    cursor: string | null,
    more: Readonly<Record<string, string>>,
  ): Promise<RowsPage> {
    const query = new URLSearchParams(more);
    if (cursor !== null) query.set('cursor', cursor);
    const columns = this.columnsOf(side, table);
    if (columns !== undefined) query.set('columns', columns.join(','));
    return this.ask(side, `/rows/${encodeURIComponent(table)}?${query}`);
  }

  private columnsOf(side: Side, table: string): readonly string[] | undefined {
    return this.columns?.get(`${side}/${table}`)?.columns;
  }

  private async ask(side: Side, path: string, request: InternalRequest = {}): Promise<RowsPage> {
    try {
      return await this.connectors[side].request<RowsPage>(path, { timeoutMs: PAGE_TIMEOUT_MS, ...request });
    } catch (error) {
      if (!(error instanceof DependencyUnavailable)) throw error;
      log.warn('console.rows_unavailable', { side, error });
      throw problem(503, 'rows-unavailable', `The rows of ${side} cannot be read now`, {
        detail: `The ${side}-connector or the side itself does not answer; nothing was proved. Try again in a moment.`,
      });
    }
  }
}

function pick(cells: Cells, columns: readonly string[]): Cells {
  return Object.fromEntries(columns.map((column) => [column, cells[column] ?? null]));
}
