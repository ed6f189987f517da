import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readArchive, writeArchive } from '@dualwrite/archive';
import type { JsonObject } from '@dualwrite/odata';
import { buildSolution, type PlanItem } from '@dualwrite/provision';
import { Provisioner } from './provisioner';
import { newEnvironment, ROOT, type NewEnvironment } from './testing/new-environment';

const CHECKED_IN = path.join(ROOT, 'deploy/dataverse/dualwrite-standard-maps.zip');
const LIMITS = { entryCountMax: 10, unpackedBytesMax: 10_000_000 };

describe('given the solution of the standard maps, and a new Dataverse environment', () => {
  let environment: NewEnvironment;
  beforeAll(async () => {
    environment = await newEnvironment();
  }, 60_000);
  afterAll(() => environment.close());

  const provisioner = (): Provisioner =>
    new Provisioner({
      metadata: environment.metadata,
      schemas: { forget: () => undefined },
      webhook: null,
    });
  const plan = (): Promise<readonly PlanItem[]> => provisioner().plan(environment.wanted);

  it('then the zip under deploy is what the maps need today (dw provision solution makes it anew)', () => {
    const { files, leftOut } = buildSolution(environment.wanted);
    expect(leftOut.map(({ where, isOurs }) => [where, isOurs])).toEqual([
      ['transactioncurrency(isocurrencycode)', true],
    ]);
    const kept = readFileSync(CHECKED_IN);
    const texts = [...readArchive(kept, LIMITS)].map(([name, content]) => [name, content.toString()]);
    expect(Object.fromEntries(texts)).toEqual(
      Object.fromEntries(files.map(({ name, text }) => [name, text])),
    );
    expect(kept.equals(writeArchive(new Map(files.map(({ name, text }) => [name, text]))))).toBe(true);
  });

  it('when it is imported, then nothing of tables, columns, lookups, keys and tracking is left to do', async () => {
    const before = await plan();
    expect(before.length).toBeGreaterThan(100);
    await environment.metadata.create('ImportSolution', {
      OverwriteUnmanagedCustomizations: false,
      PublishWorkflows: false,
      ImportJobId: randomUUID(),
      CustomizationFile: readFileSync(CHECKED_IN).toString('base64'),
    });
    const deadlineMs = Date.now() + 10_000;
    let left = await plan();
    while (left.some(({ state }) => state === 'pending') && Date.now() < deadlineMs) left = await plan();
    expect(left).toEqual([]);
  }, 60_000);

  it('when the same is made by calls in another environment, then both are the same', async () => {
    const other = await newEnvironment();
    try {
      const byCalls = new Provisioner({
        metadata: other.metadata,
        schemas: { forget: () => undefined },
        webhook: null,
      });
      for (let left = await byCalls.plan(other.wanted); left.length > 0;)
        left = (await byCalls.apply(other.wanted)).items;
      for (const { table } of environment.wanted)
        expect(await definitionIn(environment, table)).toEqual(await definitionIn(other, table));
    } finally {
      await other.close();
    }
  }, 60_000);
});

/** All that the metadata tells of a table, in one order. */
async function definitionIn({ metadata }: NewEnvironment, table: string): Promise<JsonObject> {
  const parts = ['Attributes', 'Keys', 'ManyToOneRelationships'];
  const found = await metadata.find(`EntityDefinitions(LogicalName='${table}')?$expand=${parts.join(',')}`);
  const sorted = parts.map((part) => [part, [...(found?.[part] as JsonObject[])].sort(bySchemaName)]);
  return { ...found, '@odata.context': '', ...(Object.fromEntries(sorted) as JsonObject) };
}

function bySchemaName(left: JsonObject, right: JsonObject): number {
  return String(left['SchemaName']).localeCompare(String(right['SchemaName']));
}
