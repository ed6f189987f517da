import { z } from 'zod';

const names = z.array(z.string().min(1).max(200)).min(1).max(500);

/** Which part of the installation is meant; what is left out is any. A name may end in `*`. */
export const scopeFields = {
  maps: names.optional(),
  /** Label `pack` of the map, or else `module`. */
  packs: names.optional(),
  companies: names.optional(),
};

export interface Scope {
  readonly maps?: readonly string[] | undefined;
  readonly packs?: readonly string[] | undefined;
  readonly companies?: readonly string[] | undefined;
}

/** What an alert is about; null: not of one. */
export interface Subject {
  readonly map: string | null;
  readonly company: string | null;
  /** A service, or the side of a connector. */
  readonly service: string | null;
}

export function isInScope(scope: Scope, subject: Subject, packOf: (map: string) => string | null): boolean {
  const pack = subject.map === null ? null : packOf(subject.map);
  return (
    isAmong(scope.maps, subject.map) &&
    isAmong(scope.packs, pack) &&
    isAmong(scope.companies, subject.company)
  );
}

export function isAmong(patterns: readonly string[] | undefined, name: string | null): boolean {
  if (patterns === undefined) return true;
  if (name === null) return false;
  return patterns.some((pattern) =>
    pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name,
  );
}

export function subjectKey({ map, company, service }: Subject): string {
  return JSON.stringify([map, company, service]);
}

/** `map customers, company usmf`; for the whole installation: nothing. */
export function subjectWords({ map, company, service }: Subject): string {
  return [
    map === null ? null : `map ${map}`,
    company === null ? null : `company ${company}`,
    service === null ? null : service,
  ]
    .filter((word) => word !== null)
    .join(', ');
}
