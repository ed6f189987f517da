import { ParkedHistory, reasonToPause, type PauseRule } from './pause-rule';

const rule: PauseRule = { name: 'flood', maps: null, parkedCount: 10, withinSeconds: 60 };

describe('ParkedHistory', () => {
  it('given parks that come one by one, then only those within the time count', () => {
    const history = new ParkedHistory();
    history.note('a', 100, 0);
    history.note('a', 105, 30_000);
    history.note('a', 112, 80_000);
    expect(history.growth('a', 60_000, 80_000)).toBe(12);
    expect(history.growth('a', 60_000, 95_000)).toBe(7);
    expect(history.growth('a', 60_000, 200_000)).toBe(0);
    expect(history.growth('b', 60_000, 80_000)).toBe(0);
  });

  it('given parks that were mended meanwhile, then the growth is from the fewest', () => {
    const history = new ParkedHistory();
    history.note('a', 50, 0);
    history.note('a', 2, 10_000);
    history.note('a', 9, 20_000);
    expect(history.growth('a', 60_000, 20_000)).toBe(7);
    history.forget('a');
    history.note('a', 9, 21_000);
    expect(history.growth('a', 60_000, 21_000)).toBe(0);
  });
});

describe('reasonToPause', () => {
  it('given as many as the rule names, then the reason says how many, within which time, and by which rule', () => {
    expect(reasonToPause(rule, 'a', 9)).toBeNull();
    expect(reasonToPause(rule, 'a', 10)).toMatch(/10 pairs were parked within 60 s; rule flood/);
    expect(reasonToPause({ ...rule, maps: ['b'] }, 'a', 10)).toBeNull();
  });
});
