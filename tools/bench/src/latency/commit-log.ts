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

/** Successful updates on either side, as the sandboxes log them; each line is asked for once, for asking takes their time. */
export class CommitLog {
  private readonly found: Commit[] = [];
  private readonly last: Record<Side, number> = { fo: 0, dataverse: 0 };

  constructor(private readonly stack: StackFile) {}

  /** Every one since the beginning. */
  async read(): Promise<readonly Commit[]> {
    await Promise.all(SIDES.map((side) => this.readOn(side)));
    return this.found;
  }

  private async readOn(side: Side): Promise<void> {
    const response = await fetch(`${this.stack[side].admin}/log?since=${this.last[side]}`);
    for (const entry of (await response.json()) as readonly LoggedRequest[]) {
      this.last[side] = Math.max(this.last[side], entry.n);
      if (entry.method !== 'PATCH' || entry.status >= 300) continue;
      this.found.push({
        side,
        path: decodeURIComponent(entry.path.split('?')[0] ?? ''),
        isEdit: entry.caller === EDITOR,
        atMs: Date.parse(entry.at),
      });
    }
  }
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
