import { BadPackage, readZip } from '../../zip/zip';
import { notServed, refuse } from '../dataverse-errors';
import { BadXml, childOf, childrenOf, readXml, textOf, type XmlNode } from './xml-reader';

export interface SolutionManifest {
  readonly uniqueName: string;
  readonly friendlyName: string;
  readonly version: string;
  readonly publisher: { readonly uniqueName: string; readonly prefix: string; readonly optionPrefix: number };
  /** Logical names of its tables, with what of them is in it: 0 all, 1 some parts, 2 the name alone. */
  readonly tables: ReadonlyMap<string, number>;
}

export interface SolutionFile {
  readonly manifest: SolutionManifest;
  readonly customizations: XmlNode;
}

const PARTS = ['[Content_Types].xml', 'solution.xml', 'customizations.xml'] as const;
const TABLE = '1';
/** What the sandbox has no room for; an empty element says that there is none of it. */
const NOT_TAKEN = [
  'Roles',
  'Workflows',
  'FieldSecurityProfiles',
  'Templates',
  'optionsets',
  'CustomControls',
];

/** Opens the zip of an unmanaged solution. */
export function readSolutionFile(bytes: Buffer): SolutionFile {
  const files = new Map(unzipped(bytes).map(({ name, content }) => [name, content.toString('utf8')]));
  const missing = PARTS.filter((name) => !files.has(name));
  if (missing.length > 0) return badSolution(`it lacks ${missing.join(', ')}`);
  const [, solution, customizations] = PARTS.map((name) => parsed(name, files.get(name) ?? ''));
  for (const name of NOT_TAKEN)
    if ((childOf(customizations, name)?.children.length ?? 0) > 0) notServed(`${name} of a solution`);
  return { manifest: manifestOf(solution), customizations: customizations as XmlNode };
}

function unzipped(bytes: Buffer): ReturnType<typeof readZip> {
  try {
    return readZip(bytes);
  } catch (error) {
    if (error instanceof BadPackage) return badSolution(error.message);
    throw error;
  }
}

function parsed(name: string, text: string): XmlNode {
  try {
    return readXml(text);
  } catch (error) {
    if (error instanceof BadXml) return badSolution(`${name}: ${error.message}`);
    throw error;
  }
}

function manifestOf(solution: XmlNode | undefined): SolutionManifest {
  const manifest = childOf(solution, 'SolutionManifest');
  const publisher = childOf(manifest, 'Publisher');
  const uniqueName = textOf(manifest, 'UniqueName');
  const version = textOf(manifest, 'Version');
  const prefix = textOf(publisher, 'CustomizationPrefix');
  const optionPrefix = Number(textOf(publisher, 'CustomizationOptionValuePrefix'));
  if (uniqueName === '' || !/^\d+(?:\.\d+){1,3}$/.test(version))
    return badSolution('it has no UniqueName, or no Version of two to four numbers');
  if (textOf(manifest, 'Managed') !== '0') notServed('managed solutions');
  if (!/^(?!mscrm)[a-z][a-z0-9]{1,7}$/i.test(prefix) || !(optionPrefix >= 10_000 && optionPrefix <= 99_999))
    return badSolution('its publisher has no CustomizationPrefix, or no CustomizationOptionValuePrefix');
  const roots = childrenOf(childOf(manifest, 'RootComponents'), 'RootComponent');
  if (roots.some(({ attributes }) => attributes['type'] !== TABLE))
    notServed('components other than tables in a solution');
  return {
    uniqueName,
    version,
    friendlyName:
      childOf(childOf(manifest, 'LocalizedNames'), 'LocalizedName')?.attributes['description'] ?? uniqueName,
    publisher: { uniqueName: textOf(publisher, 'UniqueName'), prefix, optionPrefix },
    tables: new Map(
      roots.map(({ attributes }) => [attributes['schemaName'] ?? '', Number(attributes['behavior'])]),
    ),
  };
}

export function badSolution(problem: string): never {
  return refuse(400, '0x8004801a', `The solution file is invalid: ${problem}.`);
}
