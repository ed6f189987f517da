import type { DataSource } from 'typeorm';

/** Facts about the database itself. */
export class MetaStore {
  constructor(private readonly dataSource: DataSource) {}

  /** The stored value; `first` is stored if there is none. Two replicas that start together agree. */
  async keep(name: string, first: string): Promise<string> {
    await this.dataSource.query(
      'insert into meta (name, value) values ($1, $2) on conflict (name) do nothing',
      [name, first],
    );
    const [found] = await this.dataSource.query<{ value: string }[]>(
      'select value from meta where name = $1',
      [name],
    );
    return found?.value ?? first;
  }
}
