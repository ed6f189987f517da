import { parseCsdl } from '@dualwrite/schemas';
import type { SideSchemas } from '../src/resolve-map';
import { DATAVERSE_METADATA } from './dataverse-metadata';
import { FO_METADATA } from './fo-metadata';

let parsed: Promise<SideSchemas> | undefined;

/** Both sides as the tests see them; read once, for nobody changes them. */
export function sideSchemas(): Promise<SideSchemas> {
  return (parsed ??= readSchemas());
}

async function readSchemas(): Promise<SideSchemas> {
  return {
    fo: await parseCsdl('fo', FO_METADATA),
    dataverse: await parseCsdl('dataverse', DATAVERSE_METADATA),
  };
}
