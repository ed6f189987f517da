import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Content of a JSON file, or the fallback when there is none (or only the torn half of one). */
export async function readJson(file, fallback) {
  let text;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return fallback;
    throw error;
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    // A file of ours is only ever replaced whole; a torn one was written by a machine that lost power.
    if (error instanceof SyntaxError) return fallback;
    throw error;
  }
}

let counter = 0;

/** Replaces a file whole: a reader sees the old content or the new one, never half. Secrets may be inside: 0600. */
export async function writeJson(file, value) {
  await mkdir(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.${++counter}.tmp`;
  await writeFile(temporary, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  await rename(temporary, file);
}
