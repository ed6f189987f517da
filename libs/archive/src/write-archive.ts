import { zipSync } from 'fflate';

/** The earliest moment that a zip can name: the same files give the same bytes, whenever they are packed. */
const ALWAYS = new Date(1980, 0, 1);

/** A zip of these files, in the order of their names. */
export function writeArchive(files: ReadonlyMap<string, string>): Buffer {
  const names = [...files.keys()].sort();
  const contents = names.map((name) => [name, Buffer.from(files.get(name) ?? '')] as const);
  return Buffer.from(zipSync(Object.fromEntries(contents), { mtime: ALWAYS, level: 9 }));
}
