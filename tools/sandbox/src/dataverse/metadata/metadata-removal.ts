import type { DataverseTable } from '../../edm/dataverse-table';
import { idOf } from '../../http/token-server';
import type { Answer } from '../../odata/exchange';
import type { Segment } from '../../odata/path';
import type { DataverseContext } from '../dataverse-context';
import { notServed, refuse } from '../dataverse-errors';
import { DONE, serve } from './metadata-answers';

const CUSTOM = /^[a-z][a-z0-9]{1,7}_/;

/** `DELETE` of a table, a column or a key that somebody has made. */
export function removeDefinition(
  context: DataverseContext,
  table: DataverseTable,
  member: Segment | undefined,
): Answer {
  if (!member) {
    if (!context.catalog.remove(table.name)) return managed(table.name);
    context.store.clear(table.name);
    return DONE;
  }
  const part = member.key?.[0];
  const text = (part?.literal.text ?? '').toLowerCase();
  const isMeant = (kind: string, name: string): boolean =>
    part?.name === 'LogicalName' ? name === text : idOf(`${kind}:${table.name}.${name}`) === text;
  const { file } = table;
  if (member.name === 'Keys') {
    const key = table.keys.find(({ name }) => isMeant('key', name)) ?? missing('key', text);
    const kept = table.keys.filter((one) => one !== key).map(({ name }) => name);
    serve(context, {
      ...file,
      alternateKeys: (file.alternateKeys ?? []).filter((_, index) =>
        kept.includes(table.keys[index]?.name ?? ''),
      ),
    });
    return DONE;
  }
  if (member.name !== 'Attributes') return notServed(`DELETE EntityDefinitions/${member.name}`);
  const column = table.columns.find(({ name }) => isMeant('attribute', name)) ?? missing('attribute', text);
  const isNeeded =
    column.name === table.primaryId ||
    column.name === table.primaryName ||
    table.keys.some(({ columns }) => columns.includes(column.name));
  if (!CUSTOM.test(column.name) || isNeeded) return managed(`${table.name}.${column.name}`);
  serve(context, {
    ...file,
    columns: file.columns.filter(({ name, baseOf }) => name !== column.name && baseOf !== column.name),
    relationships: (file.relationships ?? []).filter((one) => one.column !== column.name),
  });
  return DONE;
}

function missing(kind: string, text: string): never {
  return refuse(404, '0x80060888', `Could not find the ${kind} '${text}'.`);
}

function managed(name: string): never {
  return refuse(
    400,
    '0x80048d21',
    `The component '${name}' cannot be deleted: it is not custom, or others depend on it.`,
  );
}
