import path from 'node:path';
import { Clock } from './control/clock';
import { ControlRouter } from './control/control-router';
import { Options } from './control/options';
import { DataverseAdmin } from './dataverse/dataverse-admin';
import type { DataverseContext } from './dataverse/dataverse-context';
import { DATAVERSE_OPTIONS, type DataverseOptions } from './dataverse/dataverse-options';
import { DataverseSide } from './dataverse/dataverse-side';
import { Catalog, readSchemaFiles } from './edm/catalog';
import { dataverseTable } from './edm/dataverse-table';
import { foTable } from './edm/fo-table';
import type { DataverseSchemaFile, FoSchemaFile } from './edm/schema-file';
import { WriteEffects, type Writer } from './faults/write-effects';
import { dataEvent } from './fo/data-event';
import { EventDelivery } from './fo/event-delivery';
import { FoAdmin } from './fo/fo-admin';
import type { FoContext } from './fo/fo-context';
import { FO_OPTIONS, type FoOptions } from './fo/fo-options';
import { FoSide } from './fo/fo-side';
import { HttpFront } from './http/http-front';
import { SideHost } from './http/side-host';
import { TokenServer } from './http/token-server';
import { seedDataverse, seedFo, type Seed } from './seed/seed';
import { RowStore } from './store/row-store';
import type { Write } from './store/transaction';

export interface SandboxOptions {
  /** null keeps nothing. */
  stateDirectory: string | null;
  foPort?: number;
  dataversePort?: number;
  oauthPort?: number;
  seed?: Seed;
  eventsUrl?: string | undefined;
}

export interface Sandbox {
  readonly fo: { url: string; admin: string };
  readonly dataverse: { url: string; admin: string };
  readonly oauth: {
    tokenUrl: string;
    authority: string;
    tenantId: string;
    clientId: string;
    clientSecret: string;
  };
  close(): Promise<void>;
}

const SCHEMAS = path.resolve(__dirname, '../schemas');

/** Starts both sides and the token server in this process. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const directory = (side: string): string | null =>
    options.stateDirectory === null ? null : path.join(options.stateDirectory, side);
  const foStore = new RowStore(directory('fo'));
  const dataverseStore = new RowStore(directory('dataverse'));
  const clock = new Clock({
    read: () => (dataverseStore.readNote('clock') as number | undefined) ?? 0,
    write: (offsetMs) => dataverseStore.note('clock', offsetMs),
  });
  const urls: string[] = [];
  const tokens = new TokenServer(dataverseStore, clock, (resource) =>
    urls.some((url) => resource === url || resource === url.replace('127.0.0.1', 'localhost')),
  );
  const seed = options.seed ?? 'none';
  const fo = foSystem(foStore, clock, seed);
  const dataverse = dataverseSystem(dataverseStore, clock, seed);
  const foFront = new HttpFront(fo.host, new ControlRouter(fo.host, fo.admin), tokens);
  const dataverseFront = new HttpFront(
    dataverse.host,
    new ControlRouter(dataverse.host, dataverse.admin),
    tokens,
  );
  // The token server stands on a port of its own: it answers while a side is away.
  const oauthFront = new HttpFront(
    dataverse.host,
    new ControlRouter(dataverse.host, dataverse.admin),
    tokens,
  );
  await foFront.listen(options.foPort ?? 0);
  await dataverseFront.listen(options.dataversePort ?? 0);
  await listenAgain(oauthFront, dataverseStore, options.oauthPort ?? 0);
  urls.push(foFront.url, dataverseFront.url);
  if (options.eventsUrl !== undefined) fo.admin.setOptions({ dataEventsUrl: options.eventsUrl });
  const authority = `${oauthFront.url}/${tokens.credentials.tenantId}`;
  return {
    fo: { url: foFront.url, admin: `${foFront.url}/_sandbox` },
    dataverse: { url: dataverseFront.url, admin: `${dataverseFront.url}/_sandbox` },
    oauth: { tokenUrl: `${authority}/oauth2/v2.0/token`, authority, ...tokens.credentials },
    close: async () => {
      fo.close();
      dataverse.close();
      await Promise.all([foFront.close(), dataverseFront.close(), oauthFront.close()]);
      foStore.close();
      dataverseStore.close();
    },
  };
}

/** Clients are told the token server's address once: after a restart it is the same, if it can be. */
async function listenAgain(front: HttpFront, store: RowStore, wanted: number): Promise<void> {
  const kept = (store.readNote('oauthPort') as number | undefined) ?? 0;
  try {
    await front.listen(wanted === 0 ? kept : wanted);
  } catch (error) {
    if (wanted !== 0 || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    await front.listen(0);
  }
  if (front.port !== kept) store.note('oauthPort', front.port);
}

interface System<A> {
  host: SideHost;
  admin: A;
  close(): void;
}

function foSystem(store: RowStore, clock: Clock, seed: Seed): System<FoAdmin> {
  const options = new Options<FoOptions>(FO_OPTIONS, notes<FoOptions>(store));
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
  const side = new FoSide(context, onCommit);
  const host = new SideHost(side, clock);
  const admin = new FoAdmin(
    context,
    onCommit,
    (self) => seedFo(seed, self),
    () => ({ events: delivery.figures }),
  );
  admin.start();
  return {
    host,
    admin,
    close: () => {
      delivery.close();
      effects.close();
    },
  };
}

function dataverseSystem(store: RowStore, clock: Clock, seed: Seed): System<DataverseAdmin> {
  const options = new Options<DataverseOptions>(DATAVERSE_OPTIONS, notes<DataverseOptions>(store));
  const catalog = new Catalog(
    store,
    readSchemaFiles<DataverseSchemaFile>(path.join(SCHEMAS, 'dataverse')),
    dataverseTable,
  );
  const context: DataverseContext = { store, catalog, clock, options };
  const effects = new WriteEffects({
    faults: () => host.faults,
    tableNames: (table) => side.tableNames(table),
    edit: (table, key, fields, caller) => admin.edit(table, key, fields, caller),
    pluginDelayMs: () => options.get('pluginDelayMs'),
  });
  const onCommit = (writes: readonly Write[], by: Writer): void => {
    for (const write of writes) effects.of(write, by);
  };
  const side = new DataverseSide(context, onCommit);
  const host = new SideHost(side, clock);
  const admin = new DataverseAdmin(context, onCommit, (self) => seedDataverse(seed, self));
  admin.start();
  return { host, admin, close: () => effects.close() };
}

function notes<T>(store: RowStore): { read(): Partial<T> | undefined; write(given: Partial<T>): void } {
  return {
    read: () => store.readNote('options') as Partial<T> | undefined,
    write: (given) => store.note('options', given),
  };
}
