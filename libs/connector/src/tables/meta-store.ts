import type { DataSource } from 'typeorm';
import { sql } from '../sql';

/** Facts about the database itself. */
export class MetaStore {
  constructor(private readonly dataSource: DataSource) {}

  /** The stored value; `first` is stored if there is none. Two replicas that start together agree. */
  async keep(name: string, first: string): Promise<string> {
    await sql(
      this.dataSource,
      'insert into meta (name, value) values ($1, $2) on conflict (name) do nothing',
      [name, first],
    );
    const [found] = await sql<{ value: string }>(this.dataSource, 'select value from meta where name = $1', [
      name,
    ]);
    return found?.value ?? first;
  }
}
