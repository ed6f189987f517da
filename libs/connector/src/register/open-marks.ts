import type { BegunWrite } from '@dualwrite/events';
import type { DataSource } from 'typeorm';
import type { RegisterEntry } from '../core/register-entry';
import { sql } from '../sql';

/** Attempts that are marked and have no answer, by write id: whoever has made them may be gone. */
export async function openMarks(dataSource: DataSource): Promise<ReadonlyMap<string, BegunWrite>> {
  const rows = await sql<{ table: string; nativeId: string } & Pick<RegisterEntry, 'attempts' | 'results'>>(
    dataSource,
    `select table_name as "table", native_id as "nativeId", attempts, results from register
     where attempts::text <> '{}'`,
  );
  const marks = new Map<string, BegunWrite>();
  for (const { table, nativeId, attempts, results } of rows) {
    for (const [id, { kind }] of Object.entries(attempts)) {
      if (results[id]?.outcome !== 'started') continue;
      const at = id.lastIndexOf(':');
      const pairId = id.slice(0, at);
      const intent = Number(id.slice(at + 1));
      // Which row it is for was tied to its source when it was marked.
      marks.set(id, { table, nativeId, kind, pairId, intent, rowId: null, source: null });
    }
  }
  return marks;
}
