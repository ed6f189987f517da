import type { DataverseSchemaFile } from '../../edm/schema-file';
import type { Answer, ODataRequest } from '../../odata/exchange';
import type { DataverseContext } from '../dataverse-context';
import { refuse } from '../dataverse-errors';
import { fillMessages } from '../webhooks/message-catalog';

export const DONE: Answer = { status: 204, headers: { 'OData-Version': '4.0' } };

export function created({ root }: ODataRequest, path: string): Answer {
  return { status: 204, headers: { 'OData-Version': '4.0', 'OData-EntityId': `${root}/${path}` } };
}

export function exists(message: string): never {
  return refuse(400, '0x80044363', message);
}

/** Adds or replaces a table for all who come after. */
export function serve(context: DataverseContext, file: DataverseSchemaFile): void {
  context.catalog.add([file]);
  fillMessages(context);
}
