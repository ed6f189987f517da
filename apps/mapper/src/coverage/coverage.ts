import { COVERAGE_ALL_COMPANIES, SIDES, type Side } from '@dualwrite/events';

/** On which sides, and of which companies, all rows have been seen: only there is absence known. */
export class Coverage {
  constructor(private readonly companies: Readonly<Record<Side, ReadonlySet<string>>>) {}

  static readonly NONE = new Coverage({ fo: new Set(), dataverse: new Set() });

  /** Nothing more can be covered. */
  get isWhole(): boolean {
    return SIDES.every((side) => this.companies[side].has(COVERAGE_ALL_COMPANIES));
  }

  has(side: Side, company: string | null): boolean {
    const covered = this.companies[side];
    return covered.has(COVERAGE_ALL_COMPANIES) || (company !== null && covered.has(company));
  }

  of(company: string | null): Readonly<Record<Side, boolean>> {
    return { fo: this.has('fo', company), dataverse: this.has('dataverse', company) };
  }

  /** Sides of which more is covered than `before`. */
  grownSince(before: Coverage): readonly Side[] {
    return SIDES.filter((side) =>
      [...this.companies[side]].some((company) => !before.companies[side].has(company)),
    );
  }
}
