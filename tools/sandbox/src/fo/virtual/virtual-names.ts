import type { FoTable } from '../../edm/fo-table';
import { idOf } from '../../http/token-server';

const PREFIX = 'mserp_';
/** The first member of an enum as an option of Dataverse; the others count on. */
export const OPTION_BASE = 200_000_000;

/** `CustomerGroup` is `mserp_customergroupentity`. */
export function virtualTableName({ publicEntity }: FoTable): string {
  return `${PREFIX}${publicEntity.toLowerCase()}entity`;
}

/** `mserp_customergroupentities`. */
export function virtualSetName(table: FoTable): string {
  return virtualTableName(table).replace(/y$/, 'ies');
}

/** `CustomerGroupId` is `mserp_customergroupid`. */
export function virtualName(name: string): string {
  return `${PREFIX}${name.toLowerCase()}`;
}

/** Made from the key, for a deleted row leaves nothing else behind. */
export function virtualId(table: FoTable, key: string): string {
  return idOf(`virtual:${table.name}:${key}`);
}
