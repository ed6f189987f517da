import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readSync,
  readdirSync,
  renameSync,
  rmSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';

const CHUNK_BYTES = 8 << 20;
const LINE_END = 0x0a;
const FILE = /^journal-(\d+)\.ndjson$/;

/**
 * Append-only lines of JSON. A line is handed to the operating system before its writer is answered, so it
 * outlives kill -9 of this process (not a power cut: nothing is fsynced). A line cut short is dropped on reading.
 */
export class JournalFile {
  private descriptor: number | undefined;
  private generation = 0;
  bytes = 0;

  constructor(private readonly directory: string) {
    mkdirSync(directory, { recursive: true });
  }

  /** Calls back for every whole line, then opens the file for appending. */
  open(onLine: (line: string) => void): void {
    const generations = readdirSync(this.directory)
      .map((name) => Number(FILE.exec(name)?.[1] ?? Number.NaN))
      .filter((generation) => !Number.isNaN(generation));
    this.generation = Math.max(1, ...generations);
    const file = this.file(this.generation);
    if (existsSync(file)) this.bytes = replay(file, onLine);
    this.descriptor = openSync(file, 'a');
    // A crash between rename and removal leaves the generation before behind.
    for (const old of generations) if (old !== this.generation) rmSync(this.file(old), { force: true });
    for (const name of readdirSync(this.directory))
      if (name.endsWith('.tmp')) rmSync(path.join(this.directory, name), { force: true });
  }

  append(lines: string): void {
    if (this.descriptor === undefined) throw new Error('the journal is closed');
    this.bytes += writeWhole(this.descriptor, lines);
  }

  /** Replaces everything by the given lines; the file changes by one rename, so a crash leaves the old or the new. */
  rewrite(lines: Iterable<string>): void {
    const next = this.generation + 1;
    const temporary = `${this.file(next)}.tmp`;
    const descriptor = openSync(temporary, 'w');
    let pending = '';
    this.bytes = 0;
    for (const line of lines) {
      pending += `${line}\n`;
      if (pending.length > 1 << 20) {
        this.bytes += writeWhole(descriptor, pending);
        pending = '';
      }
    }
    this.bytes += writeWhole(descriptor, pending);
    renameSync(temporary, this.file(next));
    this.close();
    rmSync(this.file(this.generation), { force: true });
    this.generation = next;
    this.descriptor = descriptor;
  }

  close(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
  }

  private file(generation: number): string {
    return path.join(this.directory, `journal-${generation}.ndjson`);
  }
}

function writeWhole(descriptor: number, text: string): number {
  const bytes = Buffer.from(text);
  let written = 0;
  while (written < bytes.length) written += writeSync(descriptor, bytes, written);
  return bytes.length;
}

/** Returns the length of the whole lines; what comes after them is cut off. Files may be larger than any buffer. */
function replay(file: string, onLine: (line: string) => void): number {
  const descriptor = openSync(file, 'r');
  let whole = 0;
  let rest = Buffer.alloc(0);
  let chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  try {
    for (;;) {
      const bytes = readSync(descriptor, chunk, 0, chunk.length, null);
      if (bytes === 0) break;
      const content =
        rest.length === 0 ? chunk.subarray(0, bytes) : Buffer.concat([rest, chunk.subarray(0, bytes)]);
      let start = 0;
      for (let end = content.indexOf(LINE_END); end >= 0; end = content.indexOf(LINE_END, start)) {
        onLine(content.toString('utf8', start, end));
        start = end + 1;
      }
      whole += start;
      rest = content.subarray(start);
      // The rest still points into this chunk.
      chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    }
  } finally {
    closeSync(descriptor);
  }
  if (rest.length > 0) truncateSync(file, whole);
  return whole;
}
