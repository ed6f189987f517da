import { explore, runOnce } from './run';
import { SCENARIOS } from './scenarios';

/** Some of each in every build; tens of thousands by hand: `main.js --seeds N`. */
const SEEDS = 100;

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
    const told: string[][] = [[], []];
    for (const lines of told) {
      runOnce(7, SCENARIOS['deletes+chaos'] ?? {}, {
        trace: (...words) => lines.push(JSON.stringify(words)),
      });
    }
    expect(told[0]?.length).toBeGreaterThan(50);
    expect(told[0]).toEqual(told[1]);
  });
});

describe('the checker', () => {
  // Where the removal shows within some dozens of seeds; `main.js --safeguards` looks further.
  it.each([
    ['edits', 'register-order', 1, 60],
    ['edits', 'base', 1, 40],
    ['edits', 'intents', 80, 60],
    ['edits', 'if-match', 1, 40],
    ['lost-answers', 'attempts', 100, 60],
    ['deletes', 'tombstones', 1, 70],
    ['pause', 'run-epoch', 1, 60],
    ['crashes', 'outbox', 80, 60],
    ['chaos', 're-drive', 90, 60],
    ['start', 'covered', 510, 60],
  ] as const)('given %s without %s, then it is caught', (name, safeguard, from, seeds) => {
    expect(explore(SCENARIOS[name] ?? {}, { from, seeds, without: [safeguard] }).violations).toBeGreaterThan(
      0,
    );
  });
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
    ['refusals', 102403, 'an old observation of a pair that ended was news to the pair that took its row in'],
  ])('given %s, seed %i: %s', (name, seed) => {
    expect(runOnce(seed, SCENARIOS[name] ?? {}).bad).toEqual([]);
  });
});
