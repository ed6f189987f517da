import type { Directions, MapDirection } from '@dualwrite/events';

export interface DirectionChange {
  readonly direction: MapDirection;
  /** Absent: of the map, and of all its companies that have none of their own. */
  readonly company?: string | undefined;
}

/** What is as it would be anyway is left out, so that the same is always told alike. */
export function changeDirections(now: Directions, { direction, company }: DirectionChange): Directions {
  const all = company === undefined ? direction : (now.all ?? 'both');
  const named =
    company === undefined ? now.companies : { ...now.companies, [company.toLowerCase()]: direction };
  const companies = Object.entries(named ?? {})
    .filter(([, own]) => own !== all)
    .sort(([left], [right]) => (left < right ? -1 : 1));
  return {
    ...(all === 'both' ? {} : { all }),
    ...(companies.length > 0 ? { companies: Object.fromEntries(companies) } : {}),
  };
}
