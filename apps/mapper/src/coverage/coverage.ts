import { COVERAGE_ALL_COMPANIES, SIDES, type Side } from '@dualwrite/events';

/** On which sides, and of which companies, all rows have been seen: only there is absence known. */
export class Coverage {
  constructor(
    private readonly companies: Readonly<Record<Side, ReadonlySet<string>>>,
    /** Register epoch that read each side; 0: none has. */
    readonly epochs: Readonly<Record<Side, number>>,
  ) {}

  static readonly NONE = new Coverage({ fo: new Set(), dataverse: new Set() }, { fo: 0, dataverse: 0 });

  /**
   * The register epoch that a plan is based on (rule 12). A replica may never have met an observation of a side whose
   * rows it is to create: then it is the epoch whose reading tells that there is none.
   */
  registerEpochs(heard: Readonly<Record<Side, number>>): Readonly<Record<Side, number>> {
    return {
      fo: Math.max(heard.fo, this.epochs.fo),
      dataverse: Math.max(heard.dataverse, this.epochs.dataverse),
    };
  }

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

  /** The same, but for sides on which nothing can be said to be absent at the moment. */
  without(sides: ReadonlySet<Side>): Coverage {
    if (sides.size === 0) return this;
    const none: ReadonlySet<string> = new Set();
    const { fo, dataverse } = this.companies;
    return new Coverage(
      { fo: sides.has('fo') ? none : fo, dataverse: sides.has('dataverse') ? none : dataverse },
      this.epochs,
    );
  }

  /** Sides of which more is covered than `before`. */
  grownSince(before: Coverage): readonly Side[] {
    return SIDES.filter((side) =>
      [...this.companies[side]].some((company) => !before.companies[side].has(company)),
    );
  }
}
