import path from 'node:path';
import type { Clock } from '../control/clock';
import { Options } from '../control/options';
import { Catalog, readSchemaFiles } from '../edm/catalog';
import { dataverseTable } from '../edm/dataverse-table';
import type { DataverseSchemaFile } from '../edm/schema-file';
import { standardOnly } from '../edm/standard-only';
import { WriteEffects, type Writer } from '../faults/write-effects';
import { SideHost } from '../http/side-host';
import { seedDataverse, type Seed } from '../seed/seed';
import type { RowStore } from '../store/row-store';
import type { Write } from '../store/transaction';
import { optionNotes, SCHEMAS, type System } from '../system';
import { DataverseAdmin } from './dataverse-admin';
import type { DataverseContext } from './dataverse-context';
import { DATAVERSE_OPTIONS, type DataverseOptions } from './dataverse-options';
import { DataverseSide } from './dataverse-side';
import type { VirtualTables } from '../fo/virtual/virtual-tables';
import { Webhooks, type WriteRequest } from './webhooks/webhooks';

export interface DataverseStart {
  readonly seed: Seed;
  readonly standardTables: boolean;
}

export function dataverseSystem(
  store: RowStore,
  clock: Clock,
  { seed, standardTables }: DataverseStart,
  virtual: VirtualTables,
): System {
  const options = new Options<DataverseOptions>(DATAVERSE_OPTIONS, optionNotes<DataverseOptions>(store));
  const files = readSchemaFiles<DataverseSchemaFile>(path.join(SCHEMAS, 'dataverse'));
  const catalog = new Catalog(store, standardTables ? standardOnly(files) : files, dataverseTable);
  const context: DataverseContext = { store, catalog, clock, options };
  const effects = new WriteEffects({
    faults: () => host.faults,
    tableNames: (table) => side.tableNames(table),
    edit: (table, key, fields, caller) => admin.edit(table, key, fields, caller),
    pluginDelayMs: () => options.get('pluginDelayMs'),
  });
  const onCommit = (writes: readonly Write[], by: Writer & WriteRequest): void => {
    for (const write of writes) {
      host.commits.add(write, by.caller);
      webhooks.afterCommit(write, by, effects.of(write, by));
    }
  };
  const webhooks = new Webhooks(context);
  const side = new DataverseSide(context, webhooks, virtual, onCommit);
  const host = new SideHost(side, clock);
  const admin = new DataverseAdmin(
    context,
    onCommit,
    (self) => seedDataverse(seed, self, (table) => catalog.get(table) !== undefined),
    () => ({ webhooks: webhooks.figures }),
  );
  admin.start();
  return {
    host,
    admin,
    close: () => {
      webhooks.close();
      effects.close();
    },
  };
}
