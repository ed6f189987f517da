import type { ColumnFacts, TableSchema } from '@dualwrite/schemas';
import type { SideRow } from '../core/register-entry';
import type { KeyedWrite } from '../writes/write-executor';
import { SidePort, type ObservedTable, type SideAnswer, type SideChunk } from '../side-port';

/** Rows in memory that can be read, and nothing else. */
export class RowsSide extends SidePort {
  readonly side = 'dataverse';
  readonly hasIds = true;
  readonly requestDeadlineMs = 50;
  readonly rows = new Map<string, SideRow>();

  isDoubtful(): boolean {
    return false;
  }
  environmentId(): Promise<string> {
    return Promise.resolve('environment');
  }
  schemas(): Promise<ReadonlyMap<string, TableSchema>> {
    return Promise.resolve(new Map());
  }
  facts(): Promise<readonly ColumnFacts[]> {
    return Promise.resolve([]);
  }
  isConditional(): boolean {
    return true;
  }
  readRows(_: ObservedTable, ids: readonly string[]): Promise<Map<string, SideRow | null>> {
    return Promise.resolve(new Map(ids.map((id) => [id, this.rows.get(id) ?? null])));
  }
  chunk(): Promise<SideChunk> {
    throw new Error('not a part of this test');
  }
  count(): Promise<number> {
    return Promise.resolve(this.rows.size);
  }
  send(_table: ObservedTable, _write: KeyedWrite): Promise<SideAnswer> {
    throw new Error('not a part of this test');
  }
}
