import { explore, runOnce } from './run';
import { SAFEGUARDS } from './safeguards';
import { SCENARIOS, scenarioNamed } from './scenarios';

/** Some of each in every build; a thousand in `npm test`; more by `npm run sim -- --seeds N`. */
const SEEDS = 60;
/** A removal that shows within so many seeds, whichever they are, is tried in every build. */
const QUICK_SEEDS_MAX = 500;

describe('the protocol, in a hostile world', () => {
  it.each(Object.entries(SCENARIOS))(
    'given %s, then nothing that is promised is broken',
    (_name, scenario) => {
      const { violations, failingSeeds, byInvariant } = explore(scenario, { seeds: SEEDS });
      expect({ violations, failingSeeds, byInvariant }).toEqual({
        violations: 0,
        failingSeeds: [],
        byInvariant: {},
      });
    },
  );

  it.each(['edits', 'deletes', 'fo-shows-ids', 'fo-picks-ids'])(
    'given %s and no faults, then nothing is parked',
    (name) => {
      expect(explore(SCENARIOS[name] ?? {}, { seeds: SEEDS / 2, from: 5000 }).parks).toEqual({});
    },
  );

  it('given a seed, then the run is the same every time, to the last step', () => {
    const runs: string[][] = [[], []];
    for (const lines of runs) {
      runOnce(7, SCENARIOS['deletes+chaos'] ?? {}, {
        trace: (...told) => lines.push(JSON.stringify(told)),
      });
    }
    expect(runs[0]?.length).toBeGreaterThan(50);
    expect(runs[0]).toEqual(runs[1]);
  });
});

describe('the checker', () => {
  // Those whose removal shows at once; `npm run sim -- --safeguards` tries all of them.
  it.each(SAFEGUARDS.filter(({ seeds }) => seeds <= QUICK_SEEDS_MAX))(
    'given $scenario without $name, then it is caught within $seeds seeds',
    ({ scenario, name, seeds }) => {
      const range = { seeds, from: 7_000_000, without: [name], stopAtFirst: true };
      expect(explore(scenarioNamed(scenario), range).violations).toBe(1);
    },
  );
});

describe('seeds that failed once', () => {
  it.each([
    [
      'start',
      32,
      'coverage taken at its marker, while compaction had left the only observation of a row behind it',
    ],
    ['late-creates', 2011772, 'a row in doubt moved to another pair of its key, which knew of no doubt'],
    [
      'deletes',
      4004503,
      'our delete of a row that was gone ended the next row under its key, met before the answer',
    ],
    [
      'pause',
      2015170,
      'an attempt was sent so long after its mark that it outlived its deadline, and the pause',
    ],
    [
      'few-values+deletes',
      4028570,
      'our create was lost, its row deleted and made anew with equal values: nobody had seen the first one',
    ],
    ['few-values+deletes', 4040180, 'the same, with no look between the delete and the new row'],
    ['few-values+deletes', 4007850, 'the same, in an earlier schedule'],
    [
      'mapper-restored',
      1033854,
      'a pair of the lost time was forgotten, and the end of one of its rows was told to nobody',
    ],
    ['mapper-restored', 1058402, 'a pair had written in the lost time, and its partner was gone'],
    [
      'references',
      1912,
      'a row was made without its reference, and its empty value won against the one it came from',
    ],
    [
      'server-forms',
      171,
      "an edit of another field made the server's form an edit, which won against a real one",
    ],
    ['server-forms', 944, "the server's form of a create in doubt was taken for an edit"],
    ['refusals', 102403, 'an old observation of a pair that ended was news to the pair that took its row in'],
    [
      'calls',
      10460,
      'an edit that the caller had seen came into view after his call, and was taken for a later one',
    ],
    ['calls', 10636, 'the second call for a field was taken for lost when the first one showed'],
    ['calls', 152, 'an edit made while a call was under way was taken for one that the caller had seen'],
    [
      'calls',
      92,
      'an edit that might be newer than what the caller saw gave way, and the journal did not tell',
    ],
    ['calls+chaos', 87438, 'an edit that had come while a write was open was given up as never saved'],
    [
      'calls+chaos',
      50212,
      "a caller's save was taken for an edit of what we had written over what he was to replace",
    ],
    ['calls+chaos', 19670, 'a call for a new row was carried out on the partner of the one before it'],
    ['row-calls', 2, 'a delete that was asked about took a row that had never met the one to be deleted'],
    [
      'row-calls',
      4335,
      'a row that was to come was forgotten for another one of its key, and its end told to nobody',
    ],
    ['row-calls', 8604, 'the same, for one that somebody else was about to make'],
    ['row-calls', 13670, 'another row of its key took the place of one that was to come'],
    ['row-calls+chaos', 76959, 'the same, before its partner was made'],
    ['row-calls+chaos', 1054428, 'the same, and the row that was to come outlived its delete'],
    ['row-calls+chaos', 1091727, 'the same, and the row that was to come was deleted with the other one'],
    [
      'row-calls+chaos',
      19746,
      "a caller's edit, carried out on the partner of a row deleted before his was made, ended his row with that partner",
    ],
    [
      'fo-restored+no-ids',
      37372,
      'a row that we had made was taken for the one before it, which the restored register named as ended',
    ],
    ['fo-restored+no-ids', 37727, 'the same, edited before anybody had heard of it'],
    ['fo-restored+no-ids', 85205, 'the same, with nothing else going on'],
    [
      'row-calls',
      1003490,
      'a pair took in a row that another one held, because a write of its own was answered with that row, and kept it when it was gone',
    ],
    ['two-maps', 16595, "the second map's value outlived the row it came from, in a row of its own"],
  ])('given %s, seed %i: %s', (name, seed) => {
    expect(runOnce(seed, SCENARIOS[name] ?? {}).bad).toEqual([]);
  });
});
