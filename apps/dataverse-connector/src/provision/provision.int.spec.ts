import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { checkMapFile, compileMap, STANDARD_MAPS } from '@dualwrite/maps';
import { ClientCredentials, DataverseClient, DataverseMetadata, FoClient, SideHttp } from '@dualwrite/odata';
import {
  asProvisioned,
  STANDARD_TABLES,
  wantedOf,
  type PlanItem,
  type WantedTable,
} from '@dualwrite/provision';
import { parseCsdl } from '@dualwrite/schemas';
import { Provisioner } from './provisioner';

interface Listening {
  readonly fo: { readonly url: string };
  readonly dataverse: { readonly url: string; readonly admin: string };
  readonly oauth: { readonly tokenUrl: string; readonly clientId: string; readonly clientSecret: string };
}

const ROOT = path.resolve(__dirname, '../../../..');
const WEBHOOK = {
  url: 'http://127.0.0.1:9/webhooks',
  key: 'a key of twenty characters',
  fingerprint: 'key 1',
};

describe('given a new Dataverse environment, with standard tables only', () => {
  let child: ChildProcess;
  let listening: Listening;
  let metadata: DataverseMetadata;
  let wanted: readonly WantedTable[];
  let forgottenCount = 0;

  beforeAll(async () => {
    child = spawn(
      process.execPath,
      [path.join(ROOT, 'dist/tools/sandbox/src/main.js'), '--standard-tables'],
      { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, PARENT_PID: String(process.pid) } },
    );
    const [line] = (await once(
      createInterface({ input: child.stdout as NodeJS.ReadableStream }),
      'line',
    )) as [string];
    listening = JSON.parse(line) as Listening;
    metadata = new DataverseMetadata(http('dataverse'));
    wanted = await wantedByTheStandardMaps();
  }, 60_000);
  afterAll(async () => {
    const ended = once(child, 'exit');
    child.kill();
    await ended;
  });

  function http(side: 'fo' | 'dataverse'): SideHttp {
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

  async function wantedByTheStandardMaps(): Promise<readonly WantedTable[]> {
    const fo = await parseCsdl('fo', await new FoClient(http('fo')).metadata());
    const actual = await parseCsdl('dataverse', await new DataverseClient(http('dataverse')).metadata());
    const dataverse = STANDARD_TABLES.flatMap(
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

  const provisioner = (webhook: typeof WEBHOOK | null = WEBHOOK): Provisioner =>
    new Provisioner({ metadata, schemas: { forget: () => void forgottenCount++ }, webhook });

  async function untilProvisioned(webhook: typeof WEBHOOK | null = WEBHOOK): Promise<string[]> {
    const done: string[] = [];
    for (let round = 0; round < 50; round++) {
      const { applied, items } = await provisioner(webhook).apply(wanted);
      expect(applied.filter(({ problem }) => problem !== null)).toEqual([]);
      done.push(...applied.map(({ where }) => where));
      if (items.length === 0) return done;
    }
    throw new Error('still not provisioned');
  }
  const kindsOf = (items: readonly PlanItem[]): string[] =>
    [...new Set(items.map(({ kind }) => kind))].sort();

  it('when it is planned, then every difference is told with what and where, and nothing is changed', async () => {
    const items = await provisioner().plan(wanted);
    expect(kindsOf(items)).toEqual([
      'change-tracking',
      'column',
      'key',
      'lookup',
      'table',
      'webhook',
      'webhook-step',
    ]);
    expect(items.every(({ isOurs, state }) => isOurs && state === 'missing')).toBe(true);
    expect(items).toContainEqual({
      side: 'dataverse',
      kind: 'column',
      where: 'account.msdyn_creditrating',
      what: 'make the text of 255 characters',
      state: 'missing',
      isOurs: true,
      remedy: null,
    });
    expect(await provisioner().plan(wanted)).toEqual(items);
  });

  it('when it is applied, then nothing is left, keys are active, and a second time nothing is done', async () => {
    const done = await untilProvisioned();
    expect(done).toContain('msdyn_vendor');
    expect(done).toContain('account(accountnumber, msdyn_company)');
    expect(forgottenCount).toBeGreaterThan(0);
    expect(await provisioner().plan(wanted)).toEqual([]);
    expect((await provisioner().apply(wanted)).applied).toEqual([]);
    const keys = await metadata.list("EntityDefinitions(LogicalName='account')/Keys");
    expect(keys.map((key) => key['EntityKeyIndexStatus'])).toEqual(['Active']);
  }, 60_000);

  it('given another address and a newer key, then the one endpoint is changed, not a second one made', async () => {
    const moved = {
      url: 'http://127.0.0.1:8/webhooks',
      key: 'a newer key of twenty characters',
      fingerprint: 'key 2',
    };
    expect((await provisioner(moved).plan(wanted)).map(({ kind, state }) => [kind, state])).toEqual([
      ['webhook', 'different'],
    ]);
    expect(await untilProvisioned(moved)).toEqual(['webhook Dualwrite']);
    expect(await metadata.list('serviceendpoints?$select=url')).toEqual([
      expect.objectContaining({ url: moved.url }),
    ]);
    await untilProvisioned();
  });

  it('given a column of another type, then it is told with a remedy, and left alone', async () => {
    const [first] = wanted.filter(({ table }) => table === 'account');
    const column = { name: 'accountnumber', definition: { name: 'accountnumber', type: 'integer' } as const };
    const other = [{ table: 'account', definition: first?.definition ?? null, columns: [column], keys: [] }];
    const { applied, items } = await provisioner(null).apply(other);
    expect(applied).toEqual([]);
    expect(items).toEqual([
      expect.objectContaining({ where: 'account.accountnumber', state: 'different', isOurs: false }),
    ]);
    expect(items[0]?.remedy).toContain('keeps its type');
  });

  it('given a table and a column that nobody has defined, then a person is told what to do', async () => {
    const unknown: WantedTable[] = [
      { table: 'new_unknown', definition: null, columns: [], keys: [] },
      { table: 'contact', definition: null, columns: [{ name: 'new_x', definition: null }], keys: [] },
    ];
    const items = await provisioner(null).plan(unknown);
    expect(items.map(({ where, isOurs }) => [where, isOurs])).toEqual([
      ['new_unknown', false],
      ['contact.new_x', false],
    ]);
    expect(items.every(({ remedy }) => remedy !== null)).toBe(true);
  });
});
