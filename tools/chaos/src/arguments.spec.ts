import { parseArguments, TARGETS } from './arguments';

describe('parseArguments', () => {
  it('when nothing is said, then three minutes of everything', () => {
    expect(parseArguments(['--json'])).toEqual({
      minutes: 3,
      seed: 1,
      kills: TARGETS,
      replicas: 2,
      customers: 40,
      keep: false,
      planOnly: false,
    });
  });

  it('when some may be killed, then only those; none is nobody', () => {
    expect(parseArguments(['--kill', 'mapper,kafka', '--minutes', '0.5'])).toMatchObject({
      kills: ['mapper', 'kafka'],
      minutes: 0.5,
    });
    expect(parseArguments(['--kill', 'none'])).toMatchObject({ kills: [] });
  });

  it.each([
    [['--kill', 'nobody'], 'not "nobody"'],
    [['--minutes', '0'], '--minutes takes a number'],
    [['--minutes', 'x'], '--minutes takes a number'],
    [['--seed', '-1'], '--seed'],
    [['--seed', '1.5'], '--seed takes a whole number'],
    [['--replicas', '0'], '--replicas takes a whole number from 1 to 5'],
    [['--what'], '--what'],
  ])('when it is called with %j, then it says what is wrong and shows the flags', (args, text) => {
    const answer = parseArguments(args);
    expect(answer).toContain(text);
    expect(answer).toContain('usage: npm run chaos');
  });
});
