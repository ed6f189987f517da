import { parseCsdl, schemaToJson, UnreadableMetadata } from '@dualwrite/schemas';
import { breakText } from '../break-text';
import { refusedBy, type FuzzTarget } from '../target';
import { DATAVERSE_CSDL, FO_CSDL } from './tables';

/** `$metadata` of both sides. */
export const csdl: FuzzTarget = {
  name: 'csdl',
  sample: (chance) => breakText(chance.pick([DATAVERSE_CSDL, FO_CSDL]), chance),
  run: (input) =>
    refusedBy([UnreadableMetadata], async () => {
      for (const side of ['fo', 'dataverse'] as const)
        JSON.stringify((await parseCsdl(side, String(input))).map(schemaToJson));
    }),
};
