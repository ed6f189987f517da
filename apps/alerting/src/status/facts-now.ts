import type { Health, MapRecord, MapStatus } from '@dualwrite/events';
import { subjectKey } from '../config/scope';
import { ofMap, ofService, type Fact, type FactName } from '../rules/facts';
import type { StatusBook } from './status-book';

export interface FactSources {
  readonly maps: readonly Pick<MapRecord, 'name' | 'desired' | 'changedAt'>[];
  readonly book: StatusBook;
  /** What the last look said: since when a map is paused is known by it. */
  readonly before: readonly Fact[];
  readonly nowMs: number;
}

const GAUGES = ['token-since-ms', 'api-budget-percent'] as const;
const HEALTHS: readonly Health[] = ['healthy', 'unknown', 'degraded', 'blocked'];

/** All that is true now, in numbers. */
export function factsNow({ maps, book, before, nowMs }: FactSources): readonly Fact[] {
  const known = new Map(before.map((fact) => [`${fact.fact} ${subjectKey(fact.subject)}`, fact.value]));
  const statuses = groupBy(book.statuses(), ({ map }) => map);
  return [
    ...maps.flatMap((map) => {
      const beganMs = (fact: FactName, isNow: boolean): number => {
        if (!isNow) return 0;
        const beforeMs = known.get(`${fact} ${subjectKey(ofMap(map.name))}`) ?? 0;
        return beforeMs > 0 ? beforeMs : Date.parse(map.changedAt);
      };
      const said = statuses.get(map.name) ?? [];
      return [
        ...mapFacts(
          map,
          said,
          said.filter((status) => book.isAlive(status, nowMs)),
        ),
        {
          fact: 'paused-since-ms' as const,
          subject: ofMap(map.name),
          value: beganMs('paused-since-ms', map.desired === 'paused'),
        },
        {
          fact: 'running-since-ms' as const,
          subject: ofMap(map.name),
          value: beganMs('running-since-ms', map.desired === 'running'),
        },
      ];
    }),
    ...serviceFacts(book, nowMs),
  ];
}

function mapFacts(
  { name, desired }: Pick<MapRecord, 'name' | 'desired'>,
  said: readonly MapStatus[],
  alive: readonly MapStatus[],
): Fact[] {
  const subject = ofMap(name);
  // The books outlive the replica that kept them.
  const counts = newest(said.filter((status) => status.counts !== undefined))?.counts;
  const isRunning = desired === 'running';
  // A paused map falls behind on purpose: how long it has been paused is a fact of its own.
  const lagMs = isRunning ? Math.max(0, ...alive.map((status) => status.lagMs)) : 0;
  const health = isRunning ? Math.max(0, ...alive.map((status) => HEALTHS.indexOf(status.health))) : 0;
  return [
    { fact: 'lag-ms', subject, value: lagMs },
    { fact: 'health', subject, value: health },
    ...(counts === undefined
      ? []
      : [
          { fact: 'parked' as const, subject, value: counts.parked },
          { fact: 'waiting' as const, subject, value: counts.waiting },
        ]),
  ];
}

function serviceFacts(book: StatusBook, nowMs: number): Fact[] {
  return [...groupBy(book.replicas(), ({ service }) => service)].flatMap(([service, replicas]) => {
    const subject = ofService(service);
    const alive = replicas.filter((replica) => book.isAlive(replica, nowMs));
    const health = Math.max(0, ...alive.map((replica) => HEALTHS.indexOf(replica.health)));
    return [
      { fact: 'replicas' as const, subject, value: alive.length },
      { fact: 'health' as const, subject, value: health },
      ...GAUGES.flatMap((fact) => {
        const told = alive.flatMap((replica) => replica.gauges?.[fact] ?? []);
        if (told.length === 0) return [];
        // Each replica has a token of its own: the oldest one is the one to know of.
        return [{ fact, subject, value: fact === 'token-since-ms' ? Math.min(...told) : Math.max(...told) }];
      }),
    ];
  });
}

function newest(statuses: readonly MapStatus[]): MapStatus | undefined {
  return [...statuses].sort((left, right) => (left.at < right.at ? 1 : -1))[0];
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
