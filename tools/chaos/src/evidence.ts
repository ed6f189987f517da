import type { Difference, MapStatus, RowEvent, RunningStack } from '@dualwrite/e2e';
import { SIDES } from '@dualwrite/events';
import type { Deed, GivenUp, History, Parked } from '@dualwrite/proof';
import { deedsOf, shownRows } from './deeds';
import { MAPS, SUBJECTS } from './subjects';

const STORY_LENGTH_MAX = 1_000;
/** Begins the reason of a pair that waits for a row of a parked pair. */
export const WAITS_FOR_PARKED = 'waits for a parked row';
const NO_KEY = '(without a key)';

/** All that the judge is shown: both sides and their logs, read afresh, and what the product says of itself. */
export interface Evidence {
  readonly history: History;
  readonly books: readonly MapStatus[];
  readonly differences: readonly Difference[];
}

export async function gatherEvidence(stack: RunningStack, seeded: readonly Deed[]): Promise<Evidence> {
  const { oauth } = await stack.file();
  const deeds: Deed[] = [...seeded];
  const shown: History['shown'][number][] = [];
  for (const side of SIDES) {
    const sandbox = await stack.sandbox(side);
    const commits = await sandbox.commits();
    for (const subject of SUBJECTS) {
      const rows = await sandbox.rows(subject.set[side]);
      deeds.push(...deedsOf(side, subject, { commits, rows, ours: oauth.clientId }));
      shown.push(...shownRows(side, subject, rows));
    }
  }
  return {
    history: { deeds, shown, givenUp: [], parked: await parkedPairs(stack) },
    books: (await stack.dw.status()).filter(({ name }) => MAPS.includes(name)),
    differences: await stack.differences(),
  };
}

/** Pairs that are set aside, and those that wait for a row of such a pair, with the reason that an operator sees. */
export async function parkedPairs(stack: RunningStack): Promise<readonly Parked[]> {
  const waiting = (await stack.dw.waits()).flatMap(({ table, cause, rows }) =>
    cause === 'parked'
      ? rows.map(({ map, key }) => ({
          map,
          key: key ?? NO_KEY,
          reason: `${WAITS_FOR_PARKED} of ${table}`,
        }))
      : [],
  );
  const found = await Promise.all(
    MAPS.map(async (map) =>
      (await stack.parked(map)).map(({ key, parks }) => ({
        map,
        key: key ?? NO_KEY,
        reason: parks.map(({ reason, text }) => (text ? `${reason}: ${text}` : reason)).join('; '),
      })),
    ),
  );
  return [...found.flat(), ...waiting];
}

/** What the journal tells of a row, oldest first. */
export function storyOf(stack: RunningStack, key: string): Promise<readonly RowEvent[]> {
  return stack.dw.row(key, { limit: STORY_LENGTH_MAX });
}

/** Values that the journal of these rows says were given up. */
export function givenUpIn(
  events: readonly RowEvent[],
  { map, key }: { readonly map: string; readonly key: string },
): readonly GivenUp[] {
  return events.flatMap((event) =>
    event.map !== map
      ? []
      : event.fields.flatMap((field): GivenUp[] => {
          const value = field.lost === undefined ? undefined : field[field.lost];
          return value === undefined || value === null ? [] : [{ map, key, value: String(value) }];
        }),
  );
}
