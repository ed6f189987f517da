import { xmlText } from '../../edm/xml';
import { readZip, writeZip, BadPackage, type ZipEntry } from '../../zip/zip';

/** One entity's file in a data package. */
export interface PackageFile {
  /** Label of the entity, as `Customer groups`. */
  readonly entity: string;
  readonly fileName: string;
  readonly content: string;
}

const NAMESPACE = 'http://schemas.microsoft.com/dynamics/2015/01/DataManagement';
const MANIFEST = 'Manifest.xml';
const HEADER = 'PackageHeader.xml';
const FORMAT = 'CSV';

export function writePackage(project: string, files: readonly PackageFile[]): Buffer {
  const entities = files.map(
    ({ entity, fileName }, index) =>
      `<DataManagementPackageEntityData><Disable>No</Disable><EntityName>${xmlText(entity)}</EntityName><ExecutionUnit>1</ExecutionUnit><InputFilePath>${xmlText(fileName)}</InputFilePath><LevelInExecutionUnit>1</LevelInExecutionUnit><SequenceInLevel>${index + 1}</SequenceInLevel><SourceFormat>${FORMAT}</SourceFormat></DataManagementPackageEntityData>`,
  );
  const manifest = `<?xml version="1.0" encoding="utf-8"?>\n<DataManagementPackageManifest xmlns="${NAMESPACE}"><DefinitionGroupName>${xmlText(project)}</DefinitionGroupName><Description /><PackageEntityList>${entities.join('')}</PackageEntityList></DataManagementPackageManifest>`;
  const header = `<?xml version="1.0" encoding="utf-8"?>\n<DataManagementPackageHeader xmlns="${NAMESPACE}"><Description /><ManifestType>Microsoft.Dynamics.AX.Framework.Tools.DataManagement.Serialization.DataManagementPackageManifest</ManifestType><PackageType>DefinitionGroup</PackageType><PackageVersion>2</PackageVersion></DataManagementPackageHeader>`;
  return writeZip([
    { name: MANIFEST, content: Buffer.from(manifest) },
    { name: HEADER, content: Buffer.from(header) },
    ...files.map(({ fileName, content }) => ({ name: fileName, content: Buffer.from(content) })),
  ]);
}

/** @throws {BadPackage} with what is missing */
export function readPackage(bytes: Buffer): PackageFile[] {
  const entries = readZip(bytes);
  const manifest = textOf(entries, MANIFEST);
  textOf(entries, HEADER);
  const blocks = manifest.split('<DataManagementPackageEntityData').slice(1);
  if (blocks.length === 0) throw new BadPackage(`${MANIFEST} names no entity`);
  return blocks
    .filter((block) => member(block, 'Disable') !== 'Yes')
    .map((block) => {
      const entity = member(block, 'EntityName');
      const fileName = member(block, 'InputFilePath');
      const format = member(block, 'SourceFormat') || FORMAT;
      if (!format.toUpperCase().startsWith(FORMAT))
        throw new BadPackage(`the sandbox reads ${FORMAT} files only, not ${format}`);
      return { entity, fileName, content: textOf(entries, fileName) };
    });
}

function textOf(entries: readonly ZipEntry[], name: string): string {
  const entry = entries.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (!entry) throw new BadPackage(`the package has no ${name}`);
  return entry.content.toString('utf8');
}

function member(xml: string, name: string): string {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? '';
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');
}
