import { SIDES, type Side } from '@dualwrite/events';
import type { StackFile } from '../stack/demo-stack';
import { EDITOR } from '../stack/editor';

/** When a row was written, by the log of the side itself. */
export interface Commit {
  readonly side: Side;
  readonly path: string;
  readonly isEdit: boolean;
  readonly atMs: number;
}

interface LoggedRequest {
  readonly n: number;
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly caller: string;
}

/** Every successful update on either side since the beginning, as the sandboxes logged it. */
export async function commits(stack: StackFile): Promise<readonly Commit[]> {
  const found: Commit[] = [];
  for (const side of SIDES) {
    const response = await fetch(`${stack[side].admin}/log?since=0`);
    for (const entry of (await response.json()) as readonly LoggedRequest[]) {
      if (entry.method !== 'PATCH' || entry.status >= 300) continue;
      found.push({
        side,
        path: decodeURIComponent(entry.path.split('?')[0] ?? ''),
        isEdit: entry.caller === EDITOR,
        atMs: Date.parse(entry.at),
      });
    }
  }
  return found;
}

/**
 * From the commit of each edit to the commit of what it led to on the other side.
 *
 * @param sinceMs edits before that moment do not count
 * @param partnerOf path of the same customer on the other side
 * @returns milliseconds, one per edit; fewer than the edits while some have not arrived
 */
export function latenciesMs(
  log: readonly Commit[],
  partnerOf: (commit: Commit) => { readonly side: Side; readonly path: string } | undefined,
  sinceMs = 0,
): readonly number[] {
  const written = new Map<string, number[]>();
  for (const commit of log) {
    if (commit.isEdit) continue;
    const key = `${commit.side} ${commit.path}`;
    written.set(key, [...(written.get(key) ?? []), commit.atMs]);
  }
  return log.flatMap((edit) => {
    if (!edit.isEdit || edit.atMs < sinceMs) return [];
    const partner = partnerOf(edit);
    const arrived =
      partner && written.get(`${partner.side} ${partner.path}`)?.find((atMs) => atMs >= edit.atMs);
    return arrived === undefined ? [] : [arrived - edit.atMs];
  });
}
