import type { DataverseTable, Navigation } from '../edm/dataverse-table';
import { parsePath } from '../odata/path';
import { existing, resolveAddress } from './address';
import type { DataverseContext } from './dataverse-context';
import { badPayload, badUrl } from './dataverse-errors';

export const SERVICE = /^(?:https?:\/\/[^/]+)?\/?(?:api\/data\/v9\.\d+\/)?/i;

/**
 * The id of the row that an `@odata.bind` (or `@odata.id`) names: relative, with a slash or not, full, by id or by
 * alternate key.
 */
export function boundId(
  context: DataverseContext,
  owner: DataverseTable,
  navigation: Navigation,
  url: string,
): string {
  const segments = parsePath(url.replace(SERVICE, ''));
  const [segment] = segments;
  const target = segment && context.catalog.findSet(segment.name);
  if (!segment?.key || segments.length > 1 || !target)
    return badUrl(
      `URL was not parsed due to an ODataUnrecognizedPathException. Resource not found for the segment provided in the URL.`,
    );
  const isFitting =
    navigation.target === target.name ||
    (navigation.column.name === 'ownerid' && navigation.column.targets.includes(target.name));
  if (!isFitting)
    return badPayload(
      owner,
      `A resource of type 'Microsoft.Dynamics.CRM.${target.name}' cannot be bound to the navigation property '${navigation.name}'.`,
    );
  return existing(resolveAddress(context, target, segment.key)).id;
}
