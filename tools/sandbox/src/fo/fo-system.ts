import path from 'node:path';
import type { Clock } from '../control/clock';
import { Options } from '../control/options';
import { Catalog, readSchemaFiles } from '../edm/catalog';
import { foTable } from '../edm/fo-table';
import type { FoSchemaFile } from '../edm/schema-file';
import { WriteEffects, type Writer } from '../faults/write-effects';
import { SideHost } from '../http/side-host';
import { seedFo, type Seed } from '../seed/seed';
import type { RowStore } from '../store/row-store';
import type { Write } from '../store/transaction';
import { optionNotes, SCHEMAS, type System } from '../system';
import { DataJobs } from './dmf/data-jobs';
import { BusinessEvents } from './events/business-events';
import { DataEvents } from './events/data-events';
import { FoAdmin } from './fo-admin';
import type { FoContext } from './fo-context';
import { FO_OPTIONS, type FoOptions } from './fo-options';
import { FoSide } from './fo-side';
import { VirtualTables } from './virtual/virtual-tables';

/** With what of it shows in Dataverse. */
export function foSystem(store: RowStore, clock: Clock, seed: Seed): System & { virtual: VirtualTables } {
  const options = new Options<FoOptions>(FO_OPTIONS, optionNotes<FoOptions>(store));
  const catalog = new Catalog(store, readSchemaFiles<FoSchemaFile>(path.join(SCHEMAS, 'fo')), foTable);
  const context: FoContext = { store, catalog, clock, options };
  const dataEvents = new DataEvents(context);
  const businessEvents = new BusinessEvents(context);
  const effects = new WriteEffects({
    faults: () => host.faults,
    tableNames: (table) => side.tableNames(table),
    edit: (table, key, fields, caller) => admin.edit(table, key, fields, caller),
    pluginDelayMs: () => options.get('pluginDelayMs'),
  });
  const onCommit = (writes: readonly Write[], by: Writer): void => {
    for (const write of writes) {
      host.commits.add(write, by.caller);
      const effect = effects.of(write, by);
      const table = catalog.get(write.table);
      if (!table) continue;
      dataEvents.raise(table, write, by.caller, effect);
      businessEvents.raise(table, write, by.caller);
    }
  };
  const jobs = new DataJobs(context, onCommit);
  const side = new FoSide(context, jobs, onCommit);
  const host = new SideHost(side, clock);
  const admin = new FoAdmin(context, onCommit, (self) => seedFo(seed, self), {
    businessEvents,
    figures: () => ({ events: dataEvents.figures }),
    reset: () => {
      jobs.reset();
      businessEvents.reset();
    },
  });
  admin.start();
  return {
    host,
    admin,
    virtual: new VirtualTables(context),
    close: () => {
      jobs.close();
      dataEvents.close();
      businessEvents.close();
      effects.close();
    },
  };
}
