import { createRequire } from 'node:module';

/**
 * Rows that initial-sync has read for each map since a moment, from its books in Postgres: it has no API for them, and
 * a launcher that owns the whole installation may look.
 *
 * @returns Map of map name to `{fo, dataverse}`; a map that was not read anew is not in it
 */
export async function readCountsSince({ databaseUrl, since, files }) {
  const { Client } = createRequire(import.meta.url)('pg');
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query(
      `SELECT run.map, table_read.side, table_read.table_name, sum(table_read.row_count)::int AS row_count
         FROM initial_sync.run
         JOIN initial_sync.run_read ON run_read.run_id = run.id
         JOIN initial_sync.table_read ON table_read.id = run_read.read_id
        WHERE run.created_at >= $1
        GROUP BY 1, 2, 3`,
      [since],
    );
    const tables = new Map(files.map(({ map }) => [map.metadata.name, map.spec]));
    const counts = new Map();
    for (const row of rows) {
      const spec = tables.get(row.map);
      // A run also reads the tables that its lookups point at; here only the map's own two count.
      if (row.table_name !== (row.side === 'fo' ? spec?.fo.entity : spec?.dataverse.table)) continue;
      const count = counts.get(row.map) ?? { fo: 0, dataverse: 0 };
      count[row.side] += row.row_count;
      counts.set(row.map, count);
    }
    return counts;
  } finally {
    await client.end();
  }
}
