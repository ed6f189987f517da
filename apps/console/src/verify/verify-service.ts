import { setTimeout as delay } from 'node:timers/promises';
import { compileMap } from '@dualwrite/maps';
import { compareSides, differenceName, type Difference } from '@dualwrite/proof';
import type { Looking } from '../looks/portioned-look';
import type { StoredMap } from '../map-store';
import { problem } from '../problems';

/** What is on its way looks like a difference; one that is still there at the next look is one. */
const LOOKS_MAX = 3;
const LOOK_AGAIN_AFTER_MS = 2_000;
/** A report has to fit into an answer; the count is of all. */
const DIFFERENCE_COUNT_MAX = 50_000;

/** A difference, and why the map leaves it, if it has said so: parked, waiting, held, filtered. */
export interface ToldDifference extends Difference {
  readonly aside: string | null;
}

export interface VerifiedMap {
  readonly name: string;
  readonly version: number;
  readonly state: string;
  readonly rows: { readonly fo: number; readonly dataverse: number };
  readonly differenceCount: number;
}

export interface Verification {
  readonly at: string;
  readonly looks: number;
  readonly maps: readonly VerifiedMap[];
  readonly differenceCount: number;
  readonly byKind: Readonly<Record<string, number>>;
  readonly differences: readonly ToldDifference[];
}

export interface VerifySources {
  maps(): Promise<readonly StoredMap[]>;
  states(): Promise<ReadonlyMap<string, string>>;
  readonly looking: Looking;
  /** Why rows are left as they are, in the order of the differences. */
  asides(map: string, differences: readonly Difference[]): Promise<readonly (string | null)[]>;
  readonly lookAgainAfterMs?: number;
}

interface Look {
  readonly rows: VerifiedMap['rows'];
  readonly differences: readonly Difference[];
}

/** Holds both sides of maps against each other, read afresh. Writes nothing, and remembers nothing. */
export class VerifyService {
  constructor(private readonly sources: VerifySources) {}

  /** @param names empty: every map, whether it runs or not */
  async verify(names: readonly string[]): Promise<Verification> {
    const maps = await this.chosen(names);
    const states = await this.sources.states();
    let found = await this.look(maps);
    let looks = 1;
    for (; looks < LOOKS_MAX && countOf(found) > 0; looks += 1) {
      await delay(this.sources.lookAgainAfterMs ?? LOOK_AGAIN_AFTER_MS);
      const again = await this.look(maps.filter(({ name }) => differencesOf(found, name).length > 0));
      found = new Map([
        ...found,
        ...[...again].map(([name, look]) => [name, stayed(found.get(name), look)] as const),
      ]);
    }
    const told: ToldDifference[] = [];
    for (const [name, { differences }] of found) {
      const shown = differences.slice(0, DIFFERENCE_COUNT_MAX - told.length);
      const asides = await this.sources.asides(name, shown);
      told.push(...shown.map((one, index) => ({ ...one, aside: asides[index] ?? null })));
    }
    return {
      at: new Date().toISOString(),
      looks,
      maps: maps.map(({ name, version }) => ({
        name,
        version,
        state: states.get(name) ?? 'unknown',
        rows: found.get(name)?.rows ?? { fo: 0, dataverse: 0 },
        differenceCount: differencesOf(found, name).length,
      })),
      differenceCount: countOf(found),
      byKind: kindsOf(found),
      differences: told,
    };
  }

  private async look(maps: readonly StoredMap[]): Promise<ReadonlyMap<string, Look>> {
    const compiled = maps.map((map) => compileMap(map.definition, map.version));
    const looks = new Map<string, Look>();
    await this.sources.looking(compiled, async (look) => {
      for (const rules of compiled) {
        const differences: Difference[] = [];
        for await (const portion of look.portions(rules))
          for (const one of compareSides(portion)) differences.push(one);
        looks.set(rules.name, { rows: look.rowCounts(rules.name), differences });
      }
    });
    return looks;
  }

  private async chosen(names: readonly string[]): Promise<readonly StoredMap[]> {
    const maps = await this.sources.maps();
    const unknown = names.filter((name) => !maps.some((map) => map.name === name));
    if (unknown.length > 0)
      throw problem(404, 'map-unknown', 'There is no such map', {
        detail: `No map is named ${unknown.join(', ')}; nothing was compared.`,
      });
    return names.length === 0 ? maps : maps.filter(({ name }) => names.includes(name));
  }
}

/** Of what was found before, what is found again; what is new may itself be on its way. */
function stayed(before: Look | undefined, again: Look): Look {
  const known = new Set(before?.differences.map(differenceName));
  return { ...again, differences: again.differences.filter((one) => known.has(differenceName(one))) };
}

function differencesOf(looks: ReadonlyMap<string, Look>, name: string): readonly Difference[] {
  return looks.get(name)?.differences ?? [];
}

function countOf(looks: ReadonlyMap<string, Look>): number {
  return [...looks.values()].reduce((sum, { differences }) => sum + differences.length, 0);
}

function kindsOf(looks: ReadonlyMap<string, Look>): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { differences } of looks.values())
    for (const { kind } of differences) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
