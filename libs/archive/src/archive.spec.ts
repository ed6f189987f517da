import fc from 'fast-check';
import { MalformedArchive, readArchive } from './read-archive';
import { writeArchive } from './write-archive';

const LIMITS = { entryCountMax: 100, unpackedBytesMax: 1_000_000 };
const fileName = fc.string({ minLength: 1, maxLength: 40 }).map((text) => `f/${text.replaceAll('/', '_')}`);

describe('archives', () => {
  it('given any files, then they are read as they were written', () => {
    fc.assert(
      fc.property(fc.dictionary(fileName, fc.string({ unit: 'binary' })), (files) => {
        const read = readArchive(writeArchive(new Map(Object.entries(files))), LIMITS);
        expect(Object.fromEntries([...read].map(([name, content]) => [name, content.toString()]))).toEqual(
          Object.fromEntries(
            Object.entries(files).map(([name, text]) => [name, Buffer.from(text).toString()]),
          ),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('given the same files in another order, then the bytes are the same', () => {
    const files: [string, string][] = [
      ['b', '2'],
      ['a', '1'],
    ];
    expect(writeArchive(new Map(files))).toEqual(writeArchive(new Map(files.reverse())));
  });

  it('given a file that unpacks to more than the limit, then it is refused before the memory is taken', () => {
    const bomb = writeArchive(new Map([['zeros', '0'.repeat(5_000_000)]]));
    expect(() => readArchive(bomb, LIMITS)).toThrow(MalformedArchive);
  });

  it('given more files than the limit, then it is refused', () => {
    const many = writeArchive(new Map(Array.from({ length: 101 }, (_, index) => [`${index}`, ''])));
    expect(() => readArchive(many, LIMITS)).toThrow('101 files');
  });

  it('given a directory that lies about a size, then the file counts as damaged', () => {
    const archive = writeArchive(new Map([['a', 'hello'.repeat(100)]]));
    const entryAt = archive.readUInt32LE(archive.length - 22 + 16);
    archive.writeUInt32LE(10, entryAt + 24);
    expect(() => readArchive(archive, LIMITS)).toThrow('"a" is damaged');
  });

  it('given bytes that are cut off anywhere, then it is refused and nothing else is thrown', () => {
    const archive = writeArchive(new Map([['a', 'hello'.repeat(100)]]));
    for (let length = 0; length < archive.length; length++)
      expect(() => readArchive(archive.subarray(0, length), LIMITS)).toThrow(MalformedArchive);
  });
});
