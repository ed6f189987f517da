import { crc32, inflateRawSync } from 'node:zlib';

export interface ArchiveLimits {
  readonly entryCountMax: number;
  /** Of all files together, unpacked. */
  readonly unpackedBytesMax: number;
}

/** The bytes are no zip, a damaged one, or one that unpacks to more than it may. */
export class MalformedArchive extends Error {
  readonly code = 'malformed-archive';
}

const DIRECTORY_END = 0x06054b50;
const DIRECTORY_END_BYTES = 22;
const DIRECTORY_ENTRY = 0x02014b50;
const DIRECTORY_ENTRY_BYTES = 46;
const FILE_HEADER = 0x04034b50;
const FILE_HEADER_BYTES = 30;
const COMMENT_BYTES_MAX = 0xffff;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED_FLAG = 1;

/**
 * The files of a zip by name. What it says of its own sizes is not believed: unpacking stops at the limit, and every
 * file must have the length and the checksum of the directory.
 *
 * @throws {MalformedArchive}
 */
export function readArchive(bytes: Uint8Array, limits: ArchiveLimits): Map<string, Buffer> {
  const archive = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return filesOf(archive, limits);
  } catch (error) {
    if (error instanceof MalformedArchive) throw error;
    // Offsets that point outside, and what zlib refuses: both say that the bytes are not what they should be.
    throw new MalformedArchive(`not a readable zip: ${(error as Error).message}`, { cause: error });
  }
}

function filesOf(archive: Buffer, { entryCountMax, unpackedBytesMax }: ArchiveLimits): Map<string, Buffer> {
  const end = endOf(archive);
  const count = archive.readUInt16LE(end + 10);
  if (count > entryCountMax)
    throw new MalformedArchive(`the zip has ${count} files, ${entryCountMax} are allowed`);
  const files = new Map<string, Buffer>();
  let at = archive.readUInt32LE(end + 16);
  let bytesLeft = unpackedBytesMax;
  for (let index = 0; index < count; index++) {
    const { name, content, nextAt } = entryAt(archive, at, bytesLeft);
    if (files.has(name)) throw new MalformedArchive(`the zip has ${JSON.stringify(name)} twice`);
    if (!name.endsWith('/')) files.set(name, content);
    bytesLeft -= content.length;
    at = nextAt;
  }
  return files;
}

function entryAt(
  archive: Buffer,
  at: number,
  bytesMax: number,
): { readonly name: string; readonly content: Buffer; readonly nextAt: number } {
  if (archive.readUInt32LE(at) !== DIRECTORY_ENTRY)
    throw new MalformedArchive('the directory of the zip is damaged');
  const nameBytes = archive.readUInt16LE(at + 28);
  const behind = archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  const name = archive.toString('utf8', at + DIRECTORY_ENTRY_BYTES, at + DIRECTORY_ENTRY_BYTES + nameBytes);
  if ((archive.readUInt16LE(at + 8) & ENCRYPTED_FLAG) !== 0)
    throw new MalformedArchive(`${JSON.stringify(name)} is encrypted`);
  const packed = packedAt(archive, archive.readUInt32LE(at + 42), archive.readUInt32LE(at + 20));
  const content = unpacked(archive.readUInt16LE(at + 10), packed, bytesMax);
  if (content.length !== archive.readUInt32LE(at + 24) || crc32(content) !== archive.readUInt32LE(at + 16))
    throw new MalformedArchive(`${JSON.stringify(name)} is damaged`);
  return { name, content, nextAt: at + DIRECTORY_ENTRY_BYTES + nameBytes + behind };
}

function packedAt(archive: Buffer, at: number, byteCount: number): Buffer {
  if (archive.readUInt32LE(at) !== FILE_HEADER) throw new MalformedArchive('a file of the zip is not there');
  const start = at + FILE_HEADER_BYTES + archive.readUInt16LE(at + 26) + archive.readUInt16LE(at + 28);
  if (start + byteCount > archive.length) throw new MalformedArchive('the zip is cut off');
  return archive.subarray(start, start + byteCount);
}

function unpacked(method: number, packed: Buffer, bytesMax: number): Buffer {
  if (method === STORED && packed.length <= bytesMax) return packed;
  if (method === DEFLATED) return inflateRawSync(packed, { maxOutputLength: Math.max(1, bytesMax) });
  throw new MalformedArchive(
    method === STORED ? `the zip unpacks to more than it may` : `the zip is packed by method ${method}`,
  );
}

function endOf(archive: Buffer): number {
  const first = Math.max(0, archive.length - DIRECTORY_END_BYTES - COMMENT_BYTES_MAX);
  for (let at = archive.length - DIRECTORY_END_BYTES; at >= first; at--)
    if (archive.readUInt32LE(at) === DIRECTORY_END) return at;
  throw new MalformedArchive('this is no zip');
}
