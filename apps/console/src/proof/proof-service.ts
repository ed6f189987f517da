import { setTimeout as delay } from 'node:timers/promises';
import { compileMap } from '@dualwrite/maps';
import type { Books, Breach, PairView } from '@dualwrite/proof';
import type { Looking } from '../looks/portioned-look';
import type { StoredMap } from '../map-store';
import { problem } from '../problems';
import { identityOf, lookAtMap, type MapLook } from './map-look';

/** A change on its way looks like a breach; one that is still there after so many looks is one. */
const LOOKS_MAX = 5;
const LOOK_AGAIN_AFTER_MS = 1_500;
const BREACH_COUNT_MAX = 1_000;

export interface ProvedMap {
  readonly name: string;
  readonly state: string;
  /** A map that does not run keeps no promise now. */
  readonly isJudged: boolean;
  readonly rows: { readonly fo: number; readonly dataverse: number };
  readonly pairs: number;
  readonly parked: number;
  readonly breachCount: number;
}

export interface Proof {
  readonly ok: boolean;
  readonly looks: number;
  readonly maps: readonly ProvedMap[];
  readonly breachCount: number;
  /** At most a thousand. */
  readonly breaches: readonly Breach[];
}

/** Where the proof takes its evidence from. */
export interface ProofSources {
  maps(): Promise<readonly StoredMap[]>;
  status(): Promise<readonly (Books & { readonly state: string })[]>;
  readonly looking: Looking;
  /** Page after page. */
  pairs(map: string): AsyncIterable<readonly PairView[]>;
  readonly lookAgainAfterMs?: number;
}

/** Does what we promise hold? Reads both sides afresh and says which rows break it. */
export class ProofService {
  constructor(private readonly sources: ProofSources) {}

  /** @param names empty: every map */
  async prove(names: readonly string[]): Promise<Proof> {
    const maps = await this.chosen(names);
    let judged = await this.look(maps);
    let looks = 1;
    while (breachesOf(judged).length > 0 && looks < LOOKS_MAX) {
      await delay(this.sources.lookAgainAfterMs ?? LOOK_AGAIN_AFTER_MS);
      const again = await this.look(maps.filter(({ name }) => (judged.get(name)?.breaches.length ?? 0) > 0));
      judged = new Map([...judged, ...stayed(judged, again)]);
      looks += 1;
    }
    return this.proof(maps, judged, looks);
  }

  private async look(maps: readonly StoredMap[]): Promise<ReadonlyMap<string, MapLook>> {
    const status = await this.sources.status();
    const running = maps.flatMap((map) => {
      const books = status.find(({ name }) => name === map.name);
      return books?.state === 'running' ? [{ rules: compileMap(map.definition, map.version), books }] : [];
    });
    const looks = new Map<string, MapLook>();
    await this.sources.looking(
      running.map(({ rules }) => rules),
      async (look) => {
        for (const { rules, books } of running) {
          const pairs = this.sources.pairs(rules.name);
          looks.set(rules.name, await lookAtMap(rules, { look, books, pairs }));
        }
      },
    );
    return looks;
  }

  private async proof(
    maps: readonly StoredMap[],
    judged: ReadonlyMap<string, MapLook>,
    looks: number,
  ): Promise<Proof> {
    const states = new Map((await this.sources.status()).map(({ name, state }) => [name, state]));
    const breaches = breachesOf(judged);
    return {
      ok: breaches.length === 0,
      looks,
      maps: maps.map(({ name }): ProvedMap => {
        const look = judged.get(name);
        return {
          name,
          state: states.get(name) ?? 'unknown',
          isJudged: look !== undefined,
          rows: look?.rows ?? { fo: 0, dataverse: 0 },
          pairs: look?.pairs ?? 0,
          parked: look?.parked ?? 0,
          breachCount: look?.breaches.length ?? 0,
        };
      }),
      breachCount: breaches.length,
      breaches: breaches.slice(0, BREACH_COUNT_MAX),
    };
  }

  private async chosen(names: readonly string[]): Promise<readonly StoredMap[]> {
    const maps = await this.sources.maps();
    const unknown = names.filter((name) => !maps.some((map) => map.name === name));
    if (unknown.length > 0)
      throw problem(404, 'map-unknown', 'There is no such map', {
        detail: `No map is named ${unknown.join(', ')}; nothing was proved.`,
      });
    return names.length === 0 ? maps : maps.filter(({ name }) => names.includes(name));
  }
}

function breachesOf(looks: ReadonlyMap<string, MapLook>): readonly Breach[] {
  return [...looks.values()].flatMap(({ breaches }) => breaches);
}

/** Of what was found before, what is found again; what is new may itself be on its way. */
function stayed(
  before: ReadonlyMap<string, MapLook>,
  again: ReadonlyMap<string, MapLook>,
): readonly (readonly [string, MapLook])[] {
  return [...again].map(([name, look]) => {
    const known = new Set(before.get(name)?.breaches.map(identityOf));
    return [name, { ...look, breaches: look.breaches.filter((breach) => known.has(identityOf(breach))) }];
  });
}
