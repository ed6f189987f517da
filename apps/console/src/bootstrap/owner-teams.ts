import { uuid5 } from '@dualwrite/maps';
import type { FreshRow } from '@dualwrite/proof';
import type { OperatorWrite } from '@dualwrite/events';

export interface OwnerTeam {
  /** Code, in lower case. */
  readonly company: string;
  readonly name: string;
  readonly id: string;
  readonly state: 'there' | 'missing' | 'made';
}

/** What teams are planned from; rows of `team`, `businessunit`, and the companies' ids by code. */
export interface TeamFacts {
  readonly companies: ReadonlyMap<string, string>;
  readonly teams: readonly FreshRow[];
  readonly units: readonly FreshRow[];
}

/** One team per company, found by its name; under an id derived from the company's, so that none is ever made twice. */
export function planTeams(codes: readonly string[], { companies, teams }: TeamFacts): readonly OwnerTeam[] {
  const wanted = [...new Set(codes.map((code) => code.toLowerCase()))].sort();
  return wanted.flatMap((company): OwnerTeam[] => {
    const companyId = companies.get(company);
    if (companyId === undefined) return [];
    const name = `${company.toUpperCase()} DW`;
    const found = teams.find(({ cells }) => sameName(cells['name'], name));
    return found === undefined
      ? [{ company, name, id: uuid5(companyId, 'owner-team'), state: 'missing' }]
      : [{ company, name, id: found.nativeId, state: 'there' }];
  });
}

/** In the business unit of the company's name, else in the root. */
export function teamWrite({ company, name, id }: OwnerTeam, units: readonly FreshRow[]): OperatorWrite {
  const own = units.find(({ cells }) => sameName(cells['name'], company));
  const root = units.find(({ cells }) => (cells['parentbusinessunitid'] ?? null) === null);
  const unit = own ?? root;
  return {
    nativeId: id,
    expects: null,
    patch: { name, ...(unit === undefined ? {} : { businessunitid: unit.nativeId }) },
  };
}

function sameName(cell: unknown, name: string): boolean {
  return typeof cell === 'string' && cell.trim().toLowerCase() === name.toLowerCase();
}
