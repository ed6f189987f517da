import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { sideSchemas } from '../test/side-schemas';
import { checkMapFile } from './check-map-file';
import { compileMap } from './compile-map';
import { STANDARD_MAPS } from './standard-maps';

const textOf = (name: string): string =>
  readFileSync(path.join(__dirname, '../standard', `${name}.yaml`), 'utf8');

describe.each([
  ['legalentities-cdm_companies', 2],
  ['currencies-transactioncurrencies', 4],
  ['paymentterms-msdyn_paymentterms', 13],
  ['customergroups-msdyn_customergroups', 5],
  ['customersv3-contacts', 60],
  ['vendorsv2-msdyn_vendors', 90],
  ['customersv3-accounts', 61],
] as const)('standard map %s', (name, fieldCount) => {
  it('given both sides, when it is checked, then it resolves with nothing to mend and compiles', async () => {
    const { map, findings } = checkMapFile(textOf(name), `${name}.yaml`, await sideSchemas());
    expect(findings).toEqual([]);
    expect(map?.metadata.name).toBe(name);
    expect(map?.spec.fields).toHaveLength(fieldCount);
    const compiled = compileMap(JSON.parse(JSON.stringify(map)), 1);
    expect(compiled.fields.filter((field) => !field.createOnly)).toHaveLength(fieldCount);
  });
});

it('given the list of standard maps, then each has its file', () => {
  const files = readdirSync(path.join(__dirname, '../standard')).map((file) => file.replace('.yaml', ''));
  expect(files.sort()).toEqual([...STANDARD_MAPS].sort());
  expect(STANDARD_MAPS.filter((name) => !textOf(name).includes(`name: ${name}\n`))).toEqual([]);
});
