import { SIDES } from '@dualwrite/events';
import type { RunningStack } from '@dualwrite/e2e';

/** Rows of a page where the request does not say it. */
const CHUNK_ROW_COUNT = 1_000;

interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/**
 * Rows that were read twice in chunks: pages that were answered more than once, by the sandboxes' own logs.
 *
 * @param notOfPageSize pages of that many rows are of feeds and sweeps, which read for reasons of their own
 */
export async function rowsReadTwice(
  stack: RunningStack,
  { notOfPageSize }: { readonly notOfPageSize: number },
): Promise<number> {
  let rowCount = 0;
  const file = await stack.file();
  for (const side of SIDES) {
    const response = await fetch(`${file[side].admin}/log?since=0`);
    const times = new Map<string, number>();
    for (const { method, path, status } of (await response.json()) as readonly LoggedRequest[]) {
      // What continues a page of Dataverse carries a cookie, what continues one of F&O a filter after a key.
      const isChunk = /[?&]\$skiptoken=|\$filter=.*\bgt\b/.test(decodeURIComponent(path));
      if (method !== 'GET' || status !== 200 || !isChunk) continue;
      if (path.includes(`top=${notOfPageSize}`)) continue;
      times.set(path, (times.get(path) ?? 0) + 1);
    }
    for (const count of times.values()) rowCount += (count - 1) * CHUNK_ROW_COUNT;
  }
  return rowCount;
}
