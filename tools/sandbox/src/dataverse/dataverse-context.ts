import type { Clock } from '../control/clock';
import type { Options } from '../control/options';
import type { Catalog } from '../edm/catalog';
import type { DataverseTable } from '../edm/dataverse-table';
import type { DataverseSchemaFile } from '../edm/schema-file';
import type { RowStore } from '../store/row-store';
import type { TableStore } from '../store/table-store';
import type { DataverseOptions } from './dataverse-options';

/** What all parts of the Dataverse face share. */
export interface DataverseContext {
  readonly store: RowStore;
  readonly catalog: Catalog<DataverseTable, DataverseSchemaFile>;
  readonly clock: Clock;
  readonly options: Options<DataverseOptions>;
}

export function rowsOf(context: DataverseContext, table: Pick<DataverseTable, 'name'>): TableStore {
  return context.store.table(table.name);
}
