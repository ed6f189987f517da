import type { Side } from '@dualwrite/events';
import type { FreshRow } from '@dualwrite/proof';
import type { InternalClient } from '@dualwrite/service';
import { DependencyUnavailable, log } from '@dualwrite/telemetry';
import { problem } from '../problems';

const PAGE_TIMEOUT_MS = 60_000;

interface RowsPage {
  readonly rows: readonly FreshRow[];
  readonly nextCursor: string | null;
}

/** Tables as their sides show them now, read by the connectors past their registers; each once per look. */
export class FreshRows {
  private readonly tables = new Map<string, Promise<readonly FreshRow[]>>();

  constructor(private readonly connectors: Readonly<Record<Side, InternalClient>>) {}

  read(side: Side, table: string): Promise<readonly FreshRow[]> {
    const name = `${side}/${table}`;
    const known = this.tables.get(name) ?? this.readAll(side, table);
    this.tables.set(name, known);
    return known;
  }

  private async readAll(side: Side, table: string): Promise<readonly FreshRow[]> {
    const rows: FreshRow[] = [];
    for (let cursor: string | null = null; ;) {
      const query: string = cursor === null ? '' : `?cursor=${encodeURIComponent(cursor)}`;
      const page = await this.page(side, `/rows/${encodeURIComponent(table)}${query}`);
      rows.push(...page.rows);
      cursor = page.nextCursor;
      if (cursor === null) return rows;
    }
  }

  private async page(side: Side, path: string): Promise<RowsPage> {
    try {
      return await this.connectors[side].request<RowsPage>(path, { timeoutMs: PAGE_TIMEOUT_MS });
    } catch (error) {
      if (!(error instanceof DependencyUnavailable)) throw error;
      log.warn('console.rows_unavailable', { side, error });
      throw problem(503, 'rows-unavailable', `The rows of ${side} cannot be read now`, {
        detail: `The ${side}-connector or the side itself does not answer; nothing was proved. Try again in a moment.`,
      });
    }
  }
}
