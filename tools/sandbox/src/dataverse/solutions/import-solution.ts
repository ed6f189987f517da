import type { DataverseSchemaFile } from '../../edm/schema-file';
import { idOf } from '../../http/token-server';
import type { JsonObject } from '../../json/exact-json';
import type { Answer, ODataRequest } from '../../odata/exchange';
import type { Transaction } from '../../store/transaction';
import type { DataverseContext } from '../dataverse-context';
import { invalid } from '../metadata/attribute-file';
import { addKey } from '../metadata/key-building';
import { DONE } from '../metadata/metadata-answers';
import { COMPONENT_TYPES, putComponent } from '../metadata/solution-components';
import { parseObject } from '../payload';
import { fillMessages } from '../webhooks/message-catalog';
import { lookupRelationships } from './relationships';
import { badSolution, readSolutionFile, type SolutionFile, type SolutionManifest } from './solution-file';
import { importedTable, type ImportedTable } from './table-import';
import { childOf, childrenOf, textOf } from './xml-reader';

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** `ImportSolution`: tables, columns, keys, lookups and change tracking of an unmanaged solution; all of it or nothing. */
export function importSolution(context: DataverseContext, unit: Transaction, request: ODataRequest): Answer {
  const solution = readSolutionFile(fileIn(parseObject(request.body)));
  bring(context, tablesOf(context, solution));
  noteSolution(context, unit, solution.manifest);
  return DONE;
}

function fileIn(body: JsonObject): Buffer {
  for (const name of ['OverwriteUnmanagedCustomizations', 'PublishWorkflows'])
    if (typeof body[name] !== 'boolean') return invalid(`ImportSolution needs ${name}, true or false.`);
  if (typeof body['ImportJobId'] !== 'string' || !GUID.test(body['ImportJobId']))
    return invalid('ImportSolution needs ImportJobId, a GUID.');
  const file = body['CustomizationFile'];
  if (typeof file !== 'string' || file === '' || !BASE64.test(file))
    return invalid('ImportSolution needs CustomizationFile, a zip in base64.');
  return Buffer.from(file, 'base64');
}

function tablesOf(context: DataverseContext, { manifest, customizations }: SolutionFile): ImportedTable[] {
  const entities = childrenOf(childOf(customizations, 'Entities'), 'Entity');
  const names = entities.map((entity) => textOf(entity, 'Name').toLowerCase());
  for (const name of names)
    if (!manifest.tables.has(name)) return badSolution(`'${name}' is no root component of solution.xml`);
  for (const name of manifest.tables.keys())
    if (!names.includes(name)) return badSolution(`customizations.xml lacks the root component '${name}'`);
  const lookups = lookupRelationships(customizations);
  for (const { table, file } of lookups)
    for (const name of [table, file.target])
      if (!names.includes(name) && !context.catalog.get(name))
        return badSolution(`the relationship '${file.name}' is with '${name}', which is not there`);
  return entities.map((entity, index) =>
    importedTable(entity, context.catalog.get(names[index] ?? '')?.file, lookups),
  );
}

/** A key that is refused takes everything back: an import is one act. */
function bring(context: DataverseContext, tables: readonly ImportedTable[]): void {
  const { catalog } = context;
  const before = tables.map(({ file }) => catalog.get(file.logicalName)?.file ?? file.logicalName);
  catalog.add(tables.map(({ file }) => file));
  try {
    for (const { file, keys } of tables) addKeys(context, file.logicalName, keys);
  } catch (error) {
    catalog.add(before.filter((one): one is DataverseSchemaFile => typeof one !== 'string'));
    for (const one of before) if (typeof one === 'string') catalog.remove(one);
    throw error;
  }
  fillMessages(context);
}

function addKeys(context: DataverseContext, table: string, keys: readonly JsonObject[]): void {
  for (const key of keys) {
    const now = context.catalog.get(table);
    const name = String(key['SchemaName']).toLowerCase();
    if (!now || now.keys.some((one) => one.name === name)) continue;
    addKey(context, now, key);
  }
}

function noteSolution(
  { store, clock }: DataverseContext,
  unit: Transaction,
  manifest: SolutionManifest,
): void {
  const { uniqueName, friendlyName, version, publisher, tables } = manifest;
  const publisherRow = store
    .table('publisher')
    .findUnique('uniquename_key', { uniquename: publisher.uniqueName });
  const publisherId = publisherRow?.id ?? idOf(`publisher:${publisher.uniqueName}`);
  if (!publisherRow)
    unit.put('publisher', {
      key: publisherId,
      id: publisherId,
      cells: {
        publisherid: publisherId,
        uniquename: publisher.uniqueName,
        friendlyname: publisher.uniqueName,
        customizationprefix: publisher.prefix,
        customizationoptionvalueprefix: publisher.optionPrefix,
      },
    });
  const solutionRow = store.table('solution').findUnique('uniquename_key', { uniquename: uniqueName });
  const solutionId = solutionRow?.id ?? idOf(`solution:${uniqueName}`);
  unit.put('solution', {
    key: solutionId,
    id: solutionId,
    cells: {
      solutionid: solutionId,
      uniquename: uniqueName,
      friendlyname: friendlyName,
      version,
      publisherid: publisherId,
      ismanaged: false,
      isvisible: true,
      installedon: clock.nowText(),
    },
  });
  for (const [table, behavior] of tables)
    putComponent(unit, solutionId, { type: COMPONENT_TYPES.table, id: idOf(`entity:${table}`), behavior });
}
