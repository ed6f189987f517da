/** A customer group on one side; `describes` is also what the bootstrap's rules look at. */
export interface Group {
  readonly company: string;
  readonly id: string;
  readonly description: string;
}

/** One of the situations that an installation begins in, and how it has to end. */
export interface SetUp {
  readonly number: number;
  readonly what: string;
  /** Legal entities of F&O. */
  readonly companies: readonly string[];
  /** Of these, not to be synchronised. */
  readonly without?: readonly string[];
  readonly fo: readonly Group[];
  /** They stand in Dataverse without their company, until the bootstrap has given it to them. */
  readonly dataverse: readonly Group[];
  /** On both sides in the end, beside what a person makes afterwards. */
  readonly expected: readonly Group[];
  /** The bootstrap is cut off by a kill of the connector at this many rows. */
  readonly isKilled?: boolean;
}

const BULK_COUNT = 150;

function group(company: string, id: string, description = `of ${company}`): Group {
  return { company, id, description };
}

const many = Array.from({ length: BULK_COUNT }, (_, index) => group('s6a', `M-${index}`));

export const SET_UPS: readonly SetUp[] = [
  {
    number: 1,
    what: 'new F&O, new Dataverse: nothing is there, and the maps are live',
    ...{ companies: ['s1a'], fo: [], dataverse: [], expected: [] },
  },
  {
    number: 2,
    what: 'new F&O, Dataverse in use: its rows get their company, and go to F&O',
    companies: ['s2a', 's2b'],
    fo: [],
    dataverse: [group('s2a', 'G-1'), group('s2b', 'G-1'), group('s2b', 'G-2')],
    expected: [group('s2a', 'G-1'), group('s2b', 'G-1'), group('s2b', 'G-2')],
  },
  {
    number: 3,
    what: 'new F&O with data, new Dataverse: F&O is copied',
    companies: ['s3a'],
    fo: [group('s3a', 'G-1'), group('s3a', 'G-2')],
    dataverse: [],
    expected: [group('s3a', 'G-1'), group('s3a', 'G-2')],
  },
  {
    number: 4,
    what: 'new F&O with data, Dataverse in use: each side gets what the other has',
    companies: ['s4a'],
    fo: [group('s4a', 'G-1')],
    dataverse: [group('s4a', 'G-2')],
    expected: [group('s4a', 'G-1'), group('s4a', 'G-2')],
  },
  {
    number: 5,
    what: 'F&O in use, new Dataverse: all legal entities but those that are not wanted',
    companies: ['s5a', 's5b'],
    without: ['s5b'],
    fo: [group('s5a', 'G-1'), group('s5b', 'G-1')],
    dataverse: [],
    expected: [group('s5a', 'G-1')],
  },
  {
    number: 6,
    what: 'both in use: rows of one key meet, by the policy for first meetings',
    companies: ['s6a'],
    fo: [group('s6a', 'G-1', 'F&O says so')],
    dataverse: [group('s6a', 'G-1'), ...many],
    expected: [group('s6a', 'G-1', 'F&O says so'), ...many],
    isKilled: true,
  },
];
