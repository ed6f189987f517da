import { parseCsdl } from '@dualwrite/schemas';
import type { SideSchemas } from '../src/resolve-map';
import { DATAVERSE_METADATA } from './dataverse-metadata';
import { FO_METADATA } from './fo-metadata';

/** Both sides as the tests see them. */
export async function sideSchemas(): Promise<SideSchemas> {
  return {
    fo: await parseCsdl('fo', FO_METADATA),
    dataverse: await parseCsdl('dataverse', DATAVERSE_METADATA),
  };
}
