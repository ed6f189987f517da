import { Injectable } from '@nestjs/common';
import type { PairState } from '@dualwrite/planner';
import { startChange } from '@dualwrite/telemetry';
import { Examiner } from '../examine/examiner';
import type { Release } from '../examine/work-item';
import { MapRuns } from '../runs/map-runs';
import { readChoices, type GivenChoices } from './read-choices';
import { PairReader } from './pair-reader';

export interface ReleasedRow {
  /** As it was asked for. */
  readonly row: string;
  readonly pairs: readonly Pick<PairState, 'pairId' | 'key' | 'verdict' | 'parks'>[];
  readonly refused?: {
    readonly code: 'row-unknown' | 'nothing-parked' | 'choice-invalid';
    readonly text: string;
  };
}

const SLOT = 'release';

/** Rule 21: parks that a person drops. Planned at once, under the pairs' locks, like any other examination. */
@Injectable()
export class PairRelease {
  constructor(
    private readonly runs: MapRuns,
    private readonly examiner: Examiner,
    private readonly reader: PairReader,
  ) {}

  /** @returns `undefined`: the map is not planned by this replica now */
  async release(
    map: string,
    rows: readonly string[],
    release: Release,
    given?: GivenChoices,
  ): Promise<readonly ReleasedRow[] | undefined> {
    const run = this.runs.all().find((one) => one.map === map);
    if (!run) return undefined;
    const choices = given && readChoices(run.rules, given);
    if (typeof choices === 'string') {
      return rows.map((row) => ({ row, pairs: [], refused: { code: 'choice-invalid', text: choices } }));
    }
    const released: ReleasedRow[] = [];
    for (const row of rows) {
      const found = (await this.reader.find(map, row)) ?? [];
      const parked = found.filter(isSetAside);
      if (parked.length === 0) {
        released.push({ row, pairs: found.map(shown), refused: refusal(row, found) });
        continue;
      }
      await run.during(() =>
        this.examiner.work(run, {
          items: parked.map(({ pairId }) => ({
            kind: 'release',
            pairId,
            release: { ...release, ...(choices && { choices }) },
            traceparent: startChange(),
          })),
          slot: SLOT,
        }),
      );
      const after = await Promise.all(parked.map(({ pairId }) => this.reader.find(map, pairId)));
      released.push({ row, pairs: after.flatMap((pairs) => (pairs ?? []).map(shown)) });
    }
    return released;
  }
}

function isSetAside({ parks, unlinked, held }: PairState): boolean {
  return held === true || parks.length > 0 || unlinked.fo !== null || unlinked.dataverse !== null;
}

function refusal(row: string, found: readonly PairState[]): NonNullable<ReleasedRow['refused']> {
  return found.length === 0
    ? { code: 'row-unknown', text: `the map knows no row ${row}` }
    : { code: 'nothing-parked', text: `nothing of ${row} is parked or left alone` };
}

function shown({ pairId, key, verdict, parks }: PairState): ReleasedRow['pairs'][number] {
  return { pairId, key, verdict, parks };
}
