import { SIDES, type Side } from '@dualwrite/events';
import type { RunningStack } from '@dualwrite/e2e';

/** Rows of a page where the request does not say it. */
const CHUNK_ROW_COUNT = 1_000;

interface LoggedRequest {
  readonly n: number;
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/** The last request that each sandbox has logged by now. */
export type LogPositions = Readonly<Record<Side, number>>;

export async function logPositions(stack: RunningStack): Promise<LogPositions> {
  const [fo, dataverse] = await Promise.all(
    SIDES.map(async (side) => (await requestsOf(stack, side, 0)).at(-1)?.n ?? 0),
  );
  return { fo: fo ?? 0, dataverse: dataverse ?? 0 };
}

/**
 * Rows that were read twice in chunks: pages that were answered more than once, by the sandboxes' own logs.
 *
 * @param since an earlier full read asked for the same pages
 * @param notOfPageSize pages of that many rows are of feeds and sweeps, which read for reasons of their own
 */
export async function rowsReadTwice(
  stack: RunningStack,
  { since, notOfPageSize }: { readonly since: LogPositions; readonly notOfPageSize: number },
): Promise<number> {
  let rowCount = 0;
  for (const side of SIDES) {
    const times = new Map<string, number>();
    for (const { method, path, status } of await requestsOf(stack, side, since[side])) {
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

async function requestsOf(stack: RunningStack, side: Side, since: number): Promise<readonly LoggedRequest[]> {
  const { admin } = (await stack.file())[side];
  const response = await fetch(`${admin}/log?since=${since}`);
  return (await response.json()) as readonly LoggedRequest[];
}
