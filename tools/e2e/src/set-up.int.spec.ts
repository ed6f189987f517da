import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventually } from './eventually';
import { runDw, type DwDone } from './run-dw';
import { startStack, type RunningStack } from './running-stack';
import type { Row, SandboxSide } from './sandbox-side';
import { SET_UPS, type Group, type SetUp } from './set-up-scenarios';

const ROOT = path.resolve(__dirname, '../../..');
const COMPANIES = 'legalentities-cdm_companies';
const GROUPS = 'customergroups-msdyn_customergroups';
const SETS = {
  fo: ['CustomerGroups', 'LegalEntities'],
  dataverse: ['msdyn_customergroups', 'cdm_companies'],
} as const;

/** The six situations of docs/recipes/set-up-an-installation.md, with the commands that it names. */
describe('given an installation that is to be set up', () => {
  let stack: RunningStack;
  let folder: string;
  let fo: SandboxSide;
  let dataverse: SandboxSide;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'dualwrite-set-up-'));
    stack = await startStack({ seed: false, env: { SWEEP_INTERVAL_MS: '2000' } });
    [fo, dataverse] = await Promise.all([stack.sandbox('fo'), stack.sandbox('dataverse')]);
    const maps = [COMPANIES, GROUPS].map((name) => path.join(ROOT, 'libs/maps/standard', `${name}.yaml`));
    expect((await dw('map', 'apply', '-f', ...maps)).code).toBe(0);
  }, 180_000);
  afterAll(async () => {
    await stack?.stop();
    await rm(folder, { recursive: true });
  }, 60_000);
  afterEach(async () => {
    await dw('map', 'stop', COMPANIES, GROUPS);
    await dw('map', 'company', 'only', GROUPS);
    for (const set of SETS.fo) await fo.empty(set);
    for (const set of SETS.dataverse) await dataverse.empty(set);
  });

  const dw = (...args: string[]): Promise<DwDone> => runDw(stack, ...args);
  /** 6: not all services have confirmed in time, on a busy machine; what was started is awaited by its rows. */
  const start = async (map: string, ...more: string[]): Promise<void> =>
    expect([0, 6]).toContain((await dw('map', 'start', map, ...more)).code);

  it.each(SET_UPS)(
    '$number: $what',
    async (setUp) => {
      await fo.load('LegalEntities', setUp.companies.map(legalEntity));
      await fo.load('CustomerGroups', setUp.fo.map(foRow));
      await dataverse.load('msdyn_customergroups', setUp.dataverse.map(dataverseRow));

      await start(COMPANIES);
      const codes = await eventually(
        async () => {
          const known = await companyCodes();
          return setUp.companies.every((code) => [...known.values()].includes(code)) && known;
        },
        { what: 'the companies are in Dataverse' },
      );
      if (setUp.dataverse.length > 0) await bootstrap(setUp);
      if (setUp.without) await dw('map', 'company', 'remove', GROUPS, ...setUp.without);
      await start(GROUPS);
      await eventually(async () => expectSame(setUp.expected, await shown(setUp, codes)), {
        what: `both sides show what is expected of ${setUp.number}`,
        deadlineMs: 60_000,
      });

      // Live from here on.
      const [company = ''] = setUp.companies;
      await stack.person.post('fo', '/data/CustomerGroups?cross-company=true', foRow(group(company, 'LIVE')));
      const all = [...setUp.expected, group(company, 'LIVE')];
      await eventually(async () => expectSame(all, await shown(setUp, codes)), { what: 'an edit travels' });
      // None of its own, at once. Companies emptied behind the scenario before are seen gone on one side first, and park until then.
      const own = (await parkedNow()).filter(({ key }) => isOf(setUp.companies, key));
      expect(own).toEqual([]);
      await eventually(nothingParked, { what: 'nothing is parked' });
    },
    120_000,
  );

  const parkedNow = async () =>
    (await Promise.all([COMPANIES, GROUPS].map((map) => stack.parked(map)))).flat();

  /** Of either map, whatever the rows. @throws what is parked, with its reasons */
  async function nothingParked(): Promise<true> {
    expect(await parkedNow()).toEqual([]);
    return true;
  }

  it('skips the initial sync: what is there stays, what people do from then on travels', async () => {
    await fo.load('LegalEntities', [legalEntity('skp')]);
    await start(COMPANIES);
    const [companyId = ''] = await eventually(
      async () => {
        const codes = await companyCodes();
        return codes.size > 0 && [...codes.keys()];
      },
      { what: 'the company is in Dataverse' },
    );
    const theirs = { ...dataverseRow(group('skp', 'G-1')), _msdyn_company_value: companyId };
    await fo.load('CustomerGroups', [foRow(group('skp', 'G-1', 'F&O')), foRow(group('skp', 'G-2'))]);
    await dataverse.load('msdyn_customergroups', [theirs]);
    await start(GROUPS, '--skip-initial-sync');
    await eventually(
      async () => (await stack.dw.status()).every(({ state, inStep }) => state === 'running' && inStep),
      { what: 'the maps run' },
    );
    const path = "/data/CustomerGroups(dataAreaId='skp',CustomerGroupId='G-1')?cross-company=true";
    await stack.person.patch('fo', path, { IsSalesTaxIncludedInPrice: 'Yes' });
    const row = await eventually(
      async () =>
        (await dataverse.rows('msdyn_customergroups')).find(
          (one) => one['msdyn_issalestaxincludedinprice'] === true,
        ),
      { what: 'an edit travels' },
    );
    expect(row['msdyn_description']).toBe('of skp');
    expect(await dataverse.rows('msdyn_customergroups')).toHaveLength(1);
  }, 120_000);

  /** Simulated, then applied; of the rows that no rule names one is told, and left alone. */
  async function bootstrap(setUp: SetUp): Promise<void> {
    const file = path.join(folder, `companies-${setUp.number}.yaml`);
    const report = path.join(folder, `companies-${setUp.number}.ndjson`);
    await writeFile(file, bootstrapDocument(setUp));
    const plan = await dw('company', 'bootstrap', 'plan', '-f', file);
    const [table] = plan.answer['tables'] as { rows: number; planned: number; none: number }[];
    const count = setUp.dataverse.length;
    expect([plan.code, table]).toMatchObject([0, { rows: count, planned: count, none: 0 }]);
    const before = await commitCount();

    const apply = (): Promise<DwDone> => dw('company', 'bootstrap', 'apply', '-f', file, '--file', report);
    if (setUp.isKilled) {
      const cut = apply().catch(() => null);
      await eventually(async () => (await commitCount()) > before + 5, { what: 'rows are written' });
      await stack.kill('dataverse-connector');
      await cut;
    }
    await eventually(async () => (await apply().catch(() => ({ code: 7 }))).code === 0, {
      what: 'the bootstrap ends',
      deadlineMs: 60_000,
    });
    expect((await dw('company', 'bootstrap', 'plan', '-f', file)).answer).toMatchObject({
      ok: true,
      tables: [],
    });
    // Once each, whatever was killed; and the teams, which are made once.
    expect(await commitCount()).toBe(before + count);
    const teams = (await dataverse.rows('teams')).map(({ name }) => name);
    for (const company of setUp.companies)
      expect(teams.filter((name) => name === `${company.toUpperCase()} DW`)).toHaveLength(1);
  }

  async function commitCount(): Promise<number> {
    return (await dataverse.commits()).filter(({ table }) => table === 'msdyn_customergroup').length;
  }

  async function companyCodes(): Promise<ReadonlyMap<string, string>> {
    const rows = await dataverse.rows('cdm_companies');
    return new Map(
      rows.map((row) => [String(row['cdm_companyid']), String(row['cdm_companycode']).toLowerCase()]),
    );
  }

  /** The groups of the companies that are synchronised, as each side shows them. */
  async function shown(
    { without = [] }: SetUp,
    codes: ReadonlyMap<string, string>,
  ): Promise<readonly (readonly Group[])[]> {
    const foRows = (await fo.rows('CustomerGroups')).map((row): Group => ({
      company: String(row['dataAreaId']).toLowerCase(),
      id: String(row['CustomerGroupId']),
      description: String(row['Description']),
    }));
    const dataverseRows = (await dataverse.rows('msdyn_customergroups')).map((row): Group => ({
      company: codes.get(String(row['_msdyn_company_value'])) ?? '',
      id: String(row['msdyn_groupid']),
      description: String(row['msdyn_description']),
    }));
    return [foRows.filter(({ company }) => !without.includes(company)), dataverseRows];
  }
});

/** Is it a row of these companies? Keys begin with their company, a company's is its code; one that nobody knows may be. */
function isOf(companies: readonly string[], key: string | null): boolean {
  const company = key?.split('/')[0]?.toLowerCase();
  return company === undefined || companies.some((code) => code.toLowerCase() === company);
}

function group(company: string, id: string, description = `of ${company}`): Group {
  return { company, id, description };
}

function expectSame(expected: readonly Group[], sides: readonly (readonly Group[])[]): true {
  const texts = (groups: readonly Group[]): string[] =>
    groups.map(({ company, id, description }) => `${company}/${id}: ${description}`).sort();
  for (const side of sides) expect(texts(side)).toEqual(texts(expected));
  return true;
}

function legalEntity(code: string): Row {
  return { LegalEntityId: code, Name: `Company ${code}` };
}

function foRow({ company, id, description }: Group): Row {
  return { dataAreaId: company, CustomerGroupId: id, Description: description };
}

function dataverseRow({ company, id, description }: Group, index = 0): Row {
  const number = String(index).padStart(12, '0');
  const guid = `00000000-0000-4000-8000-${Buffer.from(company).toString('hex').slice(0, 6)}${number.slice(6)}`;
  return { msdyn_customergroupid: guid, msdyn_groupid: id, msdyn_description: description };
}

function bootstrapDocument({ number, companies }: SetUp): string {
  const rules = companies.map(
    (code) => `    - { company: ${code}, filter: "msdyn_description eq 'of ${code}'" }`,
  );
  return [
    'apiVersion: dualwrite.io/v1',
    'kind: CompanyBootstrap',
    `metadata: { name: scenario-${number} }`,
    'spec:',
    '  tables: [msdyn_customergroup]',
    '  ownerTeams: made',
    '  rules:',
    ...rules,
    '',
  ].join('\n');
}
