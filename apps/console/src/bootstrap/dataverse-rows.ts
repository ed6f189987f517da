import { NO_COMPANY } from '@dualwrite/events';
import type { FreshRow } from '@dualwrite/proof';
import type { InternalClient } from '@dualwrite/service';
import { DependencyUnavailable, log } from '@dualwrite/telemetry';
import { problem } from '../problems';

const TIMEOUT_MS = 60_000;
/** Teams, users and companies are few; a rule that names one of them reads them all. */
const ROW_COUNT_MAX = 100_000;

export interface RowsPage {
  readonly rows: readonly FreshRow[];
  readonly nextCursor: string | null;
}

/** Rows of Dataverse as they are now, by its connector. */
export class DataverseRows {
  constructor(private readonly connector: InternalClient) {}

  /** A page of the rows that have no company. */
  withoutCompany(
    table: string,
    columns: readonly string[],
    { cursor, limit }: { readonly cursor: string | null; readonly limit: number },
  ): Promise<RowsPage> {
    const query = new URLSearchParams({
      company: NO_COMPANY,
      columns: columns.join(','),
      limit: String(limit),
    });
    if (cursor !== null) query.set('cursor', cursor);
    return this.page(table, query);
  }

  /** @throws {HttpException} more rows than a rule may have to look through */
  async all(table: string, columns: readonly string[]): Promise<readonly FreshRow[]> {
    const rows: FreshRow[] = [];
    for (let cursor: string | null = null; ;) {
      const query = new URLSearchParams({ columns: columns.join(',') });
      if (cursor !== null) query.set('cursor', cursor);
      const page: RowsPage = await this.page(table, query);
      rows.push(...page.rows);
      cursor = page.nextCursor;
      if (cursor === null) return rows;
      if (rows.length > ROW_COUNT_MAX)
        throw problem(422, 'too-many-rows', `${table} has more than ${ROW_COUNT_MAX} rows`, {
          detail: 'Rules may name owners and business units of a smaller table only: use a filter.',
        });
    }
  }

  private async page(table: string, query: URLSearchParams): Promise<RowsPage> {
    try {
      const path = `/rows/${encodeURIComponent(table)}?${query}`;
      return await this.connector.request<RowsPage>(path, { timeoutMs: TIMEOUT_MS });
    } catch (error) {
      if (!(error instanceof DependencyUnavailable)) throw error;
      log.warn('console.rows_unavailable', { side: 'dataverse', error });
      throw problem(503, 'rows-unavailable', 'The rows of Dataverse cannot be read now', {
        detail:
          'Its connector or Dataverse itself does not answer. The same command goes on from where it was.',
      });
    }
  }
}
