import type { Cells } from '@dualwrite/events';

/** A rule of the document, bound to one table and to the rows that it names. */
export interface BoundRule {
  /** Its place in the document, from 0. */
  readonly index: number;
  /** In lower case. */
  readonly company: string;
  matches(cells: Cells): boolean;
}

/** `none`: no rule speaks of the row; `several`: rules give it different companies. */
export type CompanyChoice =
  | { readonly kind: 'company'; readonly company: string; readonly rules: readonly number[] }
  | { readonly kind: 'none' }
  | { readonly kind: 'several'; readonly companies: readonly string[]; readonly rules: readonly number[] };

/** Rules that agree are one; between rules that do not, a person decides, never their order. */
export function chooseCompany(rules: readonly BoundRule[], cells: Cells): CompanyChoice {
  const matching = rules.filter((rule) => rule.matches(cells));
  const companies = [...new Set(matching.map(({ company }) => company))];
  const indexes = matching.map(({ index }) => index);
  const [company] = companies;
  if (company === undefined) return { kind: 'none' };
  return companies.length === 1
    ? { kind: 'company', company, rules: indexes }
    : { kind: 'several', companies: companies.sort(), rules: indexes };
}
