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
import { dataEvent } from './data-event';
import { DataJobs } from './dmf/data-jobs';
import { EventDelivery } from './event-delivery';
import { FoAdmin } from './fo-admin';
import type { FoContext } from './fo-context';
import { FO_OPTIONS, type FoOptions } from './fo-options';
import { FoSide } from './fo-side';

export function foSystem(store: RowStore, clock: Clock, seed: Seed): System {
  const options = new Options<FoOptions>(FO_OPTIONS, optionNotes<FoOptions>(store));
  const catalog = new Catalog(store, readSchemaFiles<FoSchemaFile>(path.join(SCHEMAS, 'fo')), foTable);
  const context: FoContext = { store, catalog, clock, options };
  const delivery = new EventDelivery({
    url: () => options.get('dataEventsUrl'),
    timeoutMs: () => options.get('dataEventTimeoutMs'),
  });
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
      if (!table || options.get('dataEventsUrl') === '') continue;
      if (effect.dropEvent) {
        delivery.figures.dropped += 1;
        continue;
      }
      const body = dataEvent(table, write, {
        caller: by.caller,
        nowMs: clock.nowMs(),
        organizationId: store.environmentId,
      });
      delivery.send(body, { delayMs: effect.delayEventMs ?? 0 });
      if (effect.duplicateEvent) delivery.send(body, { delayMs: effect.delayEventMs ?? 0 });
    }
  };
  const jobs = new DataJobs(context, onCommit);
  const side = new FoSide(context, jobs, onCommit);
  const host = new SideHost(side, clock);
  const admin = new FoAdmin(context, onCommit, (self) => seedFo(seed, self), {
    figures: () => ({ events: delivery.figures }),
    reset: () => jobs.reset(),
  });
  admin.start();
  return {
    host,
    admin,
    close: () => {
      jobs.close();
      delivery.close();
      effects.close();
    },
  };
}
