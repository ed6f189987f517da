import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';

export interface ZipEntry {
  readonly name: string;
  readonly content: Buffer;
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END_BYTES = 22;
const COMMENT_BYTES_MAX = 0xffff;
const UNPACKED_BYTES_MAX = 1 << 30;
const ENTRY_COUNT_MAX = 1000;
/** 1 January 1980: the earliest day that the format knows. */
const DAY_ONE = 0x21;

/** What was given is no zip, or one that is too large. */
export class BadPackage extends Error {}

export function writeZip(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content } of entries) {
    const packed = deflateRawSync(content);
    const label = Buffer.from(name);
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(0x0800, 2);
    shared.writeUInt16LE(8, 4);
    shared.writeUInt16LE(DAY_ONE, 8);
    shared.writeUInt32LE(crc32(content), 10);
    shared.writeUInt32LE(packed.length, 14);
    shared.writeUInt32LE(content.length, 18);
    shared.writeUInt16LE(label.length, 22);
    parts.push(word(LOCAL), shared, label, packed);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(word(CENTRAL), Buffer.from([20, 0]), shared, rest, label);
    offset += 4 + shared.length + label.length + packed.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(END_BYTES);
  end.writeUInt32LE(END, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, central, end]);
}

/** @throws {BadPackage} */
export function readZip(bytes: Buffer): ZipEntry[] {
  try {
    return entriesOf(bytes);
  } catch (error) {
    if (error instanceof BadPackage) throw error;
    throw new BadPackage(`the package is no readable zip: ${(error as Error).message}`);
  }
}

function entriesOf(bytes: Buffer): ZipEntry[] {
  const end = endOf(bytes);
  const count = bytes.readUInt16LE(end + 10);
  if (count > ENTRY_COUNT_MAX) throw new BadPackage(`the package has more than ${ENTRY_COUNT_MAX} files`);
  const entries: ZipEntry[] = [];
  let at = bytes.readUInt32LE(end + 16);
  let left = UNPACKED_BYTES_MAX;
  for (let index = 0; index < count; index += 1) {
    if (bytes.readUInt32LE(at) !== CENTRAL) throw new BadPackage('the directory of the package is damaged');
    const method = bytes.readUInt16LE(at + 10);
    const packedBytes = bytes.readUInt32LE(at + 20);
    const nameBytes = bytes.readUInt16LE(at + 28);
    const local = bytes.readUInt32LE(at + 42);
    const name = bytes.toString('utf8', at + 46, at + 46 + nameBytes);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const packed = bytes.subarray(start, start + packedBytes);
    if (!name.endsWith('/')) {
      const content = unpacked(method, packed, left);
      left -= content.length;
      if (crc32(content) !== bytes.readUInt32LE(at + 16)) throw new BadPackage(`${name} is damaged`);
      entries.push({ name, content });
    }
    at += 46 + nameBytes + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries;
}

function endOf(bytes: Buffer): number {
  const first = Math.max(0, bytes.length - END_BYTES - COMMENT_BYTES_MAX);
  for (let at = bytes.length - END_BYTES; at >= first; at -= 1) if (bytes.readUInt32LE(at) === END) return at;
  throw new BadPackage('the package is no zip');
}

function unpacked(method: number, packed: Buffer, bytesMax: number): Buffer {
  if (method === 0) return packed;
  if (method !== 8) throw new BadPackage(`the package is packed by method ${method}`);
  return inflateRawSync(packed, { maxOutputLength: Math.max(1, bytesMax) });
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
