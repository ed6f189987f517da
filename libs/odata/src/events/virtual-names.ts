import type { TableSchema } from '@dualwrite/schemas';

/** Name of an F&O entity or column as Dataverse's virtual tables spell it: `mserp_custcustomerv3entity`. */
export const VIRTUAL_PREFIX = 'mserp_';

/** A column as its virtual table calls it. */
export function virtualColumn(name: string): string {
  return `${VIRTUAL_PREFIX}${name.toLowerCase()}`;
}

/** What a virtual table is called where nobody says otherwise. */
export function virtualTable({ entityType }: TableSchema): string {
  return `${VIRTUAL_PREFIX}${typeNameOf(entityType).toLowerCase()}entity`;
}

/** `Microsoft.Dynamics.DataEntities.CustomerGroup` without its namespace. */
export function typeNameOf(entityType: string): string {
  return entityType.slice(entityType.lastIndexOf('.') + 1);
}
