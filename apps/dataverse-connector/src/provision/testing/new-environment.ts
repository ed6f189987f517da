import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { checkMapFile, compileMap, STANDARD_MAPS } from '@dualwrite/maps';
import { ClientCredentials, DataverseClient, DataverseMetadata, FoClient, SideHttp } from '@dualwrite/odata';
import { asProvisioned, STANDARD_TABLES, wantedOf, type WantedTable } from '@dualwrite/provision';
import { parseCsdl, type TableSchema } from '@dualwrite/schemas';

export const ROOT = path.resolve(__dirname, '../../../../..');

interface Listening {
  readonly fo: { readonly url: string };
  readonly dataverse: { readonly url: string };
  readonly oauth: { readonly tokenUrl: string; readonly clientId: string; readonly clientSecret: string };
}

/** A Dataverse with standard tables only, and what the standard maps need of it. */
export interface NewEnvironment {
  readonly metadata: DataverseMetadata;
  readonly wanted: readonly WantedTable[];
  close(): Promise<void>;
}

export async function newEnvironment(): Promise<NewEnvironment> {
  const child = spawn(
    process.execPath,
    [path.join(ROOT, 'dist/tools/sandbox/src/main.js'), '--standard-tables'],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, PARENT_PID: String(process.pid) } },
  );
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const [line] = (await once(lines, 'line')) as [string];
  const listening = JSON.parse(line) as Listening;
  return {
    metadata: new DataverseMetadata(http(listening, 'dataverse')),
    wanted: await wantedByTheStandardMaps(listening),
    close: async () => {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}

function http(listening: Listening, side: 'fo' | 'dataverse'): SideHttp {
  const { url } = listening[side];
  const { tokenUrl, clientId, clientSecret } = listening.oauth;
  const token = new ClientCredentials({
    tokenUrl,
    clientId,
    credential: { kind: 'secret', secret: () => Promise.resolve(clientSecret) },
    scope: `${url}/.default`,
  });
  const root = side === 'fo' ? '/data' : '/api/data/v9.2';
  return new SideHttp({
    baseUrl: url + root,
    users: [{ name: clientId, token }],
    requestDeadlineMs: 10_000,
  });
}

async function wantedByTheStandardMaps(listening: Listening): Promise<readonly WantedTable[]> {
  const fo = await parseCsdl('fo', await new FoClient(http(listening, 'fo')).metadata());
  const actual = await parseCsdl(
    'dataverse',
    await new DataverseClient(http(listening, 'dataverse')).metadata(),
  );
  const dataverse: TableSchema[] = STANDARD_TABLES.flatMap(
    ({ table }) =>
      asProvisioned(
        actual.find((one) => one.table === table),
        table,
        STANDARD_TABLES,
      ) ?? [],
  );
  const maps = STANDARD_MAPS.map((name) => {
    const text = readFileSync(path.join(ROOT, 'libs/maps/standard', `${name}.yaml`), 'utf8');
    const { map, findings } = checkMapFile(text, name, { fo, dataverse });
    expect(findings).toEqual([]);
    return compileMap(JSON.parse(JSON.stringify(map)), 1);
  });
  return wantedOf(maps, STANDARD_TABLES).dataverse;
}
