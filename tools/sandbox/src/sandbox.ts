import path from 'node:path';
import { Clock } from './control/clock';
import { ControlRouter } from './control/control-router';
import { dataverseSystem } from './dataverse/dataverse-system';
import { foSystem } from './fo/fo-system';
import { HttpFront } from './http/http-front';
import { TokenServer } from './http/token-server';
import type { Seed } from './seed/seed';
import { RowStore } from './store/row-store';

export interface SandboxOptions {
  /** null keeps nothing. */
  stateDirectory: string | null;
  foPort?: number;
  dataversePort?: number;
  oauthPort?: number;
  seed?: Seed;
  eventsUrl?: string | undefined;
  /** Dataverse without what the vendor's and others' solutions add: no table and no column with their prefixes. */
  standardTables?: boolean;
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
  const dataverse = dataverseSystem(
    dataverseStore,
    clock,
    { seed, standardTables: options.standardTables ?? false },
    fo.virtual,
  );
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
