import { COVERAGE_ALL_COMPANIES, SIDES, type Side } from '@dualwrite/events';

/** On which sides, and of which companies, all rows have been seen: only there is absence known. */
export class Coverage {
  constructor(
    private readonly companies: Readonly<Record<Side, ReadonlySet<string>>>,
    /** Register epoch that read each side; 0: none has. */
    readonly epochs: Readonly<Record<Side, number>>,
    /** A marker was met that counts only once more of its partition has been handled. */
    readonly isPending = false,
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

  /** Nobody has been heard of since who has read the side anew: a restored register (rule 23). */
  isCurrent(heard: Readonly<Record<Side, number>>): boolean {
    return SIDES.every((side) => heard[side] <= this.epochs[side]);
  }

  /** @param heard highest register epoch heard of per side: what an earlier one has read tells no absence any more */
  of(company: string | null, heard: Readonly<Record<Side, number>>): Readonly<Record<Side, boolean>> {
    const has = (side: Side): boolean => {
      const covered = this.companies[side];
      const isCovered = covered.has(COVERAGE_ALL_COMPANIES) || (company !== null && covered.has(company));
      return isCovered && heard[side] <= this.epochs[side];
    };
    return { fo: has('fo'), dataverse: has('dataverse') };
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
