import type { Breach } from './breach';
import type { Deed, Thing } from './deed';
import { followLives } from './lives';

/** A value that nobody replaced is on show, or its end is in the journal. */
export function lostValues(thing: Thing): readonly Breach[] {
  const replaced = replacedValues(thing);
  const shown = shownValues(thing);
  return written(thing).flatMap(({ deed, field, value }): Breach[] => {
    const at = `${field} ${value}`;
    if (replaced.has(at) || shown.has(at) || thing.givenUp.has(value)) return [];
    return [
      {
        kind: 'lost-value',
        map: thing.map,
        key: thing.key,
        side: deed.side,
        field,
        text: `"${value}" was written in ${deed.side}, nobody replaced it, and it is neither on show nor in the journal`,
      },
    ];
  });
}

/** A value that is on show was never one that somebody had seen and replaced. A parked pair shows what it showed. */
export function lostUpdates(thing: Thing): readonly Breach[] {
  if (thing.isParked) return [];
  const replaced = replacedValues(thing);
  return thing.shown.flatMap(({ side, values }) =>
    Object.entries(values).flatMap(([field, value]): Breach[] => {
      const by = value === null ? undefined : replaced.get(`${field} ${value}`);
      if (by === undefined || by.operation === 'delete') return [];
      return [
        {
          kind: 'lost-update',
          map: thing.map,
          key: thing.key,
          side,
          field,
          text: `"${value}" is on show in ${side}, yet "${by.fields[field]?.after ?? ''}" had replaced it in ${by.side}`,
        },
      ];
    }),
  );
}

/** What is on show was written by somebody. */
export function inventedValues(thing: Thing): readonly Breach[] {
  const known = new Set(written(thing).map(({ field, value }) => `${field} ${value}`));
  return thing.shown.flatMap(({ side, values }) =>
    Object.entries(values).flatMap(([field, value]): Breach[] =>
      value === null || known.has(`${field} ${value}`)
        ? []
        : [
            {
              kind: 'invented',
              map: thing.map,
              key: thing.key,
              side,
              field,
              text: `"${value}" is on show in ${side}, and nobody wrote it`,
            },
          ],
    ),
  );
}

/** A row that a person deleted stays deleted on both sides. */
export function resurrectedRows(thing: Thing): readonly Breach[] {
  if (thing.isParked) return [];
  const lives = followLives(thing.deeds);
  return thing.shown.flatMap(({ side, rowId, values }): Breach[] => {
    const dead = Object.entries(values).find(([field, value]) => {
      const life = value === null ? undefined : lives.lifeOf(field, value);
      return life !== undefined && lives.killed.has(life);
    });
    if (dead === undefined) return [];
    return [
      {
        kind: 'resurrected',
        map: thing.map,
        key: thing.key,
        side,
        field: dead[0],
        text: `row ${rowId} shows "${dead[1]}" of a row that a person deleted`,
      },
    ];
  });
}

/** Every delete that we send follows one of a person. */
export function unjustDeletes(thing: Thing): readonly Breach[] {
  return followLives(thing.deeds).unjustDeletes.map((deed) => ({
    kind: 'unjust-delete',
    map: thing.map,
    key: thing.key,
    side: deed.side,
    text: `row ${deed.rowId} was deleted by us in ${deed.side}, and no person had deleted it`,
  }));
}

interface Written {
  readonly deed: Deed;
  readonly field: string;
  readonly value: string;
}

function written({ deeds }: Thing): readonly Written[] {
  return deeds
    .filter(({ by }) => by === 'person')
    .flatMap((deed) =>
      Object.entries(deed.fields).flatMap(([field, { after }]) =>
        after === null ? [] : [{ deed, field, value: after }],
      ),
    );
}

/** Values that a person saw and replaced, with the deed that did it. */
function replacedValues({ deeds }: Thing): ReadonlyMap<string, Deed> {
  const replaced = new Map<string, Deed>();
  for (const deed of deeds) {
    if (deed.by !== 'person') continue;
    for (const [field, { before }] of Object.entries(deed.fields))
      if (before !== null) replaced.set(`${field} ${before}`, deed);
  }
  return replaced;
}

function shownValues({ shown }: Thing): ReadonlySet<string> {
  return new Set(
    shown.flatMap(({ values }) => Object.entries(values).map(([field, value]) => `${field} ${value ?? ''}`)),
  );
}
