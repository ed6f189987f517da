import {
  hasErrors,
  lookupTablesOf,
  parseMapFile,
  resolveMap,
  type Finding,
  type ResolvedMap,
} from '@dualwrite/maps';
import type { TableSchema } from '@dualwrite/schemas';

export interface DefinitionFile {
  readonly name: string;
  readonly text: string;
}

/** A finding with the file that it is in. */
export type FileFinding = Omit<Finding, 'code'> & { readonly code: string; readonly file: string };

export interface CheckedDefinitions {
  readonly maps: readonly ResolvedMap[];
  readonly findings: readonly FileFinding[];
  /** Names of the maps by file, of those that name one. */
  readonly names: ReadonlyMap<string, string>;
}

/** Where the sides' schemas come from; `undefined`: the side has no such table. */
export abstract class SchemaSource {
  abstract find(side: 'fo' | 'dataverse', table: string): Promise<TableSchema | undefined>;
}

/** Holds map files against their form and both sides' schemas, and says everything that is wrong in all of them. */
export async function checkDefinitions(
  files: readonly DefinitionFile[],
  schemas: SchemaSource,
): Promise<CheckedDefinitions> {
  const maps: ResolvedMap[] = [];
  const findings: FileFinding[] = [];
  const names = new Map<string, string>();
  for (const file of files) {
    const checked = await checkOne(file, schemas);
    findings.push(...checked.findings.map((finding) => ({ ...finding, file: file.name })));
    if (checked.name !== undefined) names.set(file.name, checked.name);
    if (checked.map === undefined || hasErrors(checked.findings)) continue;
    const { name } = checked.map.metadata;
    if (maps.some((map) => map.metadata.name === name)) findings.push(namedTwice(file, name));
    maps.push(checked.map);
  }
  return { maps, findings, names };
}

async function checkOne(
  file: DefinitionFile,
  source: SchemaSource,
): Promise<{ readonly name?: string; readonly map?: ResolvedMap; readonly findings: readonly Finding[] }> {
  const parsed = parseMapFile(file.text, file.name);
  if (parsed.map === undefined) return { findings: parsed.findings };
  const { fo, dataverse } = parsed.map.spec;
  const [foSchema, dataverseSchema] = await Promise.all([
    source.find('fo', fo.entity),
    source.find('dataverse', dataverse.table),
  ]);
  const lookups = dataverseSchema ? lookupTablesOf(parsed.map, dataverseSchema) : [];
  const lookedUp = await Promise.all(lookups.map((table) => source.find('dataverse', table)));
  const resolved = resolveMap(
    parsed.map,
    { fo: present([foSchema]), dataverse: present([dataverseSchema, ...lookedUp]) },
    parsed.locate,
  );
  const { name } = parsed.map.metadata;
  return { ...resolved, name, findings: [...parsed.findings, ...resolved.findings] };
}

function namedTwice(file: DefinitionFile, name: string): FileFinding {
  return {
    code: 'name-twice',
    severity: 'error',
    message: `another file names its map ${name}, too`,
    field: 'metadata.name',
    line: null,
    column: null,
    file: file.name,
  };
}

function present(schemas: readonly (TableSchema | undefined)[]): readonly TableSchema[] {
  return schemas.filter((schema) => schema !== undefined);
}
