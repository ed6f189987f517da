import { judge, type Measured } from './verdict';

const use = (served: number, refused = 0) => [{ caller: 'one', server: 0, served, refused }];
const good: Measured = {
  limits: { requests: 100, windowSeconds: 10, servers: 2, users: 2 },
  seconds: 60,
  before: use(500, 30),
  after: use(500 + 2_350, 31),
  rebalances: 0,
  memoryMb: [[100, 101, 102, 101]],
  offered: 4_800,
};

describe('judge', () => {
  it('nearly all of the budget used, hardly anything refused: good', () => {
    expect(judge(good)).toMatchObject({
      ok: true,
      budget: 2_400,
      calls: 2_350,
      usedShare: 0.9792,
      refused: 1,
    });
  });

  it.each<[string, Partial<Measured>, string]>([
    ['less is used', { after: use(500 + 2_200, 30) }, 'only 91.67 % of the budget was used'],
    ['more is refused', { after: use(2_850, 33) }, '0.13 % of the calls were refused'],
    ['a group is joined', { rebalances: 1 }, 'consumer groups were joined anew 1 times'],
    ['memory grows', { memoryMb: [[100, 120, 140, 160]] }, 'connector 1 has grown from 100 to 160 MB'],
    ['too little was asked for', { offered: 2_000 }, 'no more than 2000 edits were offered'],
  ])('%s: not good', (_what, given, problem) => {
    expect(judge({ ...good, ...given })).toMatchObject({ ok: false, problems: [problem] });
  });
});
