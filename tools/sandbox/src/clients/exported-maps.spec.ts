import { DynamicsWebApi } from 'dynamics-web-api';
import { tokenFor, testSandbox, type TestSandbox } from '../testing/sandbox-client';

interface MapRow {
  msdyn_dualwriteentitymapid: string;
  msdyn_displayname: string;
  msdyn_version: string;
  msdyn_mapping: string;
}

/** As Dataverse keeps a map of dual-write: a JSON text in one column; read by tools that other people wrote. */
const mapping = (remark: string): string =>
  JSON.stringify({
    name: '[Demo brands] - [demo_brands]',
    legs: [
      {
        sourceSchema: 'Demo brands',
        sourceFilter: '(BrandStatus == "Open")',
        destinationSchema: 'demo_brands',
        reversedSourceFilter: "demo_name eq 'O''Neil'",
        fieldMappings: [
          { syncDirection: '3', sourceField: 'BRANDID', destinationField: 'demo_brandnumber' },
          { syncDirection: 2, sourceField: 'REMARK', destinationField: remark },
        ],
      },
    ],
  });

describe("maps of Microsoft's dual-write, as a solution carries them", () => {
  let env: TestSandbox;
  let client: DynamicsWebApi;
  beforeAll(async () => {
    env = await testSandbox();
    const token = await tokenFor(env.sandbox, env.dataverse.url);
    client = new DynamicsWebApi({
      serverUrl: env.dataverse.url,
      dataApi: { version: '9.2' },
      onTokenRefresh: () => Promise.resolve(token),
    });
  });
  afterAll(() => env.close());

  const solution = (uniquename: string): Promise<string> =>
    client.create<object, string>({
      collection: 'solutions',
      data: { uniquename, friendlyname: uniquename },
    });
  const keep = (solutionid: string, version: string, text: string): Promise<string> =>
    client.create<object, string>({
      collection: 'msdyn_dualwriteentitymaps',
      data: {
        msdyn_name: 'demo_[demo_brands - Demo brands]',
        msdyn_displayname: 'demo_brands - Demo brands',
        msdyn_version: version,
        msdyn_mapping: text,
        solutionid,
      },
    });

  it('every version is a row of its own, found by its solution, and its text comes back as it went', async () => {
    const [ours, others] = [await solution('DemoMaps'), await solution('OtherMaps')];
    const long = mapping('x'.repeat(500_000));
    await keep(ours, '1.0.0.0', mapping('demo_remark'));
    await keep(ours, '1.0.0.1', long);
    await keep(others, '1.0.0.0', mapping('demo_other'));
    const { value } = await client.retrieveMultiple<MapRow>({
      collection: 'msdyn_dualwriteentitymaps',
      select: ['msdyn_displayname', 'msdyn_version', 'msdyn_mapping'],
      filter: `solutionid eq ${ours}`,
      orderBy: ['msdyn_version'],
    });
    expect(value.map((row) => [row.msdyn_version, row.msdyn_mapping])).toEqual([
      ['1.0.0.0', mapping('demo_remark')],
      ['1.0.0.1', long],
    ]);
  });

  it('what runs is a row of the runtime configuration, found by the table that it is about', async () => {
    const unsecure = JSON.stringify({ ProjectId: '00000000-0000-4000-8000-000000000001', FieldMappings: [] });
    await client.create({
      collection: 'msdyn_dualwriteruntimeconfigs',
      data: {
        msdyn_internalentityname: 'quote',
        msdyn_externalentityname: 'CDS sales quotation header',
        msdyn_unsecure: unsecure,
      },
    });
    const { value } = await client.retrieveMultiple<Record<string, string>>({
      collection: 'msdyn_dualwriteruntimeconfigs',
      filter: "msdyn_internalentityname eq 'quote'",
    });
    expect(value.map((row) => row['msdyn_unsecure'])).toEqual([unsecure]);
  });
});
