import { idOf } from '../../http/token-server';
import { writeExact, type JsonObject } from '../../json/exact-json';
import type { Answer, ODataRequest } from '../../odata/exchange';
import { parsePath, type Segment } from '../../odata/path';
import { SERVICE } from '../bind';
import type { DataverseContext } from '../dataverse-context';
import { JSON_HEADERS, notServed, refuse } from '../dataverse-errors';
import { parseObject } from '../payload';
import { invalid, labelText, optionList, type OptionList } from './attribute-file';
import { label, option } from './entity-definitions';

export const GLOBAL_OPTION_SETS = 'globalOptionSets';

interface OptionSetFile {
  name: string;
  displayName: string;
  options: OptionList;
}

/** `GlobalOptionSetDefinitions`: choices that columns of several tables share. */
export function optionSets(
  context: DataverseContext,
  [head]: readonly Segment[],
  request: ODataRequest,
): Answer {
  const sets = all(context);
  if (request.method === 'POST') return create(context, request);
  if (request.method !== 'GET') return notServed(`${request.method} GlobalOptionSetDefinitions`);
  const at = `${request.root}/$metadata#GlobalOptionSetDefinitions`;
  const body: JsonObject = head?.key
    ? { '@odata.context': `${at}/$entity`, ...shown(found(sets, head)) }
    : { '@odata.context': at, value: sets.map(shown) };
  return { status: 200, headers: JSON_HEADERS, body: writeExact(body) };
}

/** @param url of a definition, as `GlobalOptionSet@odata.bind` has it */
export function globalOptionsOf(context: DataverseContext, url: string): OptionList {
  const [segment] = parsePath(url.replace(SERVICE, ''));
  if (segment?.name !== 'GlobalOptionSetDefinitions') return invalid(`'${url}' is no global choice.`);
  return found(all(context), segment).options;
}

function create(context: DataverseContext, request: ODataRequest): Answer {
  const body = parseObject(request.body);
  const name = String(body['Name'] ?? '');
  const sets = all(context);
  const options = optionList(body['Options']);
  if (name === '' || !options) return invalid('A global choice needs Name and Options.');
  if (sets.some((one) => one.name === name))
    return refuse(400, '0x80044363', `An option set with the name '${name}' already exists.`);
  context.store.note(GLOBAL_OPTION_SETS, [
    ...sets,
    { name, displayName: labelText(body['DisplayName']) ?? name, options },
  ]);
  const url = `${request.root}/GlobalOptionSetDefinitions(${idOf(`optionset:${name}`)})`;
  return { status: 204, headers: { 'OData-Version': '4.0', 'OData-EntityId': url } };
}

function all({ store }: DataverseContext): OptionSetFile[] {
  return (store.readNote(GLOBAL_OPTION_SETS) as OptionSetFile[] | undefined) ?? [];
}

function found(sets: readonly OptionSetFile[], { key }: Segment): OptionSetFile {
  const part = key?.[0];
  const text = part?.literal.text ?? '';
  const set = sets.find(({ name }) =>
    part?.name === 'Name' ? name === text : idOf(`optionset:${name}`) === text.toLowerCase(),
  );
  return set ?? refuse(404, '0x80060888', `Could not find the option set '${text}'.`);
}

function shown({ name, displayName, options }: OptionSetFile): JsonObject {
  return {
    '@odata.type': '#Microsoft.Dynamics.CRM.OptionSetMetadata',
    MetadataId: idOf(`optionset:${name}`),
    Name: name,
    DisplayName: label(displayName),
    IsGlobal: true,
    OptionSetType: 'Picklist',
    Options: options.map(({ value, label: text }) => option(value, text ?? String(value))),
  };
}
