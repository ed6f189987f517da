import { createHash } from 'node:crypto';
import type { DataSource, QueryRunner } from 'typeorm';

/** Distinct lists kept; a table whose rows come with ever other columns is then stored with its names spelled out. */
const LIST_COUNT_MAX = 2_000;

/**
 * Column and field names that stored pairs share. Half of a row's text is its column names, so they are stored once
 * and a pair refers to them by number. Numbers are given by Postgres and never change.
 */
export class NameLists {
  private readonly byId = new Map<number, readonly string[]>();
  /** By length: a handful of lists, compared name by name, is quicker than one long text for each row. */
  private readonly byLength = new Map<number, { readonly names: readonly string[]; readonly id: number }[]>();

  constructor(private readonly database: DataSource) {}

  /** `undefined`: not known here (yet); see {@link learn}. */
  idOf(names: readonly string[]): number | undefined {
    return this.byLength.get(names.length)?.find((list) => isSameList(list.names, names))?.id;
  }

  namesOf(id: number): readonly string[] | undefined {
    return this.byId.get(id);
  }

  /**
   * Gives numbers to lists that have none. Not in the caller's transaction: were that rolled back, the number would
   * be known here and to nobody else.
   */
  async learn(lists: Iterable<readonly string[]>): Promise<void> {
    for (const names of lists) {
      if (this.idOf(names) !== undefined || this.byId.size >= LIST_COUNT_MAX) continue;
      const digest = createHash('sha256').update(JSON.stringify(names)).digest('hex');
      // The update without effect makes `returning` answer for a list that another replica has just stored.
      const [row] = (await this.database.query(
        `insert into name_list (digest, names) values ($1, $2)
         on conflict (digest) do update set digest = excluded.digest returning id`,
        [digest, JSON.stringify(names)],
      )) as { id: number }[];
      if (row) this.remember(row.id, names);
    }
  }

  /** Loads the lists that stored pairs name and that are not known here. */
  async load(runner: QueryRunner, ids: Iterable<number>): Promise<void> {
    const missing = [...new Set(ids)].filter((id) => !this.byId.has(id));
    if (missing.length === 0) return;
    const rows = (await runner.query(`select id, names from name_list where id = any($1)`, [missing])) as {
      id: number;
      names: string[];
    }[];
    for (const { id, names } of rows) this.remember(id, names);
  }

  private remember(id: number, names: readonly string[]): void {
    if (this.byId.has(id)) return;
    this.byId.set(id, names);
    const alike = this.byLength.get(names.length) ?? [];
    this.byLength.set(names.length, [...alike, { names, id }]);
  }
}

function isSameList(left: readonly string[], right: readonly string[]): boolean {
  for (let i = 0; i < left.length; i += 1) if (left[i] !== right[i]) return false;
  return true;
}
