import type { Clock } from '../control/clock';
import type { Options } from '../control/options';
import type { Catalog } from '../edm/catalog';
import type { FoTable } from '../edm/fo-table';
import type { FoSchemaFile } from '../edm/schema-file';
import type { ODataRequest } from '../odata/exchange';
import type { Row } from '../store/row';
import type { RowStore } from '../store/row-store';
import type { FoOptions } from './fo-options';
import { companyOf } from './fo-user';

/** What all parts of the F&O face share. */
export interface FoContext {
  readonly store: RowStore;
  readonly catalog: Catalog<FoTable, FoSchemaFile>;
  readonly clock: Clock;
  readonly options: Options<FoOptions>;
}

export function isCrossCompany({ query }: ODataRequest): boolean {
  return query.get('cross-company')?.toLowerCase() === 'true';
}

/** Without cross-company a caller sees the default company only. */
export function isVisible(context: FoContext, table: FoTable, row: Row, request: ODataRequest): boolean {
  if (!table.hasCompany || isCrossCompany(request)) return true;
  return row.cells['dataAreaId'] === companyOf(context, request);
}
