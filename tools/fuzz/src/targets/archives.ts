import { MalformedArchive, readArchive, writeArchive } from '@dualwrite/archive';
import { breakBytes } from '../break-text';
import { refusedBy, type FuzzTarget } from '../target';

const LIMITS = { entryCountMax: 100, unpackedBytesMax: 10_000_000 };
const EXAMPLE = writeArchive(
  new Map([
    ['[Content_Types].xml', '<Types />'],
    ['solution.xml', '<ImportExportXml>x</ImportExportXml>'.repeat(200)],
    ['empty', ''],
  ]),
);
const BOMB = writeArchive(new Map([['zeros', '0'.repeat(50_000_000)]]));

export const archives: FuzzTarget = {
  name: 'archives',
  sample: (chance) => breakBytes(chance.isLucky(0.99) ? EXAMPLE : BOMB, chance),
  run: (input) => refusedBy([MalformedArchive], () => readArchive(Buffer.from(input), LIMITS)),
};
