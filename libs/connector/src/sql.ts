import { translateDriverError } from '@dualwrite/persistence';
import type { DataSource, QueryRunner } from 'typeorm';

/** A statement and its rows; errors in our classes. Within a transaction `executor` is its runner. */
export async function sql<Row>(
  executor: DataSource | QueryRunner,
  text: string,
  parameters: readonly unknown[] = [],
): Promise<Row[]> {
  try {
    return (await executor.query(text, [...parameters])) as Row[];
  } catch (error) {
    throw translateDriverError(error, 'statement');
  }
}
