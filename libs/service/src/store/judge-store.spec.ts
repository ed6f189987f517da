import { judgeStore } from './judge-store';

const at = (epoch: number, beat: string) => ({ epoch, beat });

describe('judgeStore (rules 23, 24)', () => {
  it.each([
    ['nothing was ever told', at(1, '0'), null],
    ['its own last word', at(1, '7'), at(1, '7')],
    ['a last word that was not told any more', at(1, '8'), at(1, '7')],
    ['a newer epoch than it has told yet', at(2, '1'), at(1, '900')],
  ])('given %s, then it is as it was left', (_, stored, told) => {
    expect(judgeStore(stored, told)).toEqual({ kind: 'as-left' });
  });

  it.each([
    ['fewer beats', at(1, '9'), at(1, '10'), at(2, '11')],
    ['an older epoch', at(1, '900'), at(2, '12'), at(3, '13')],
    ['a schema made anew', at(1, '0'), at(4, '9007199254740993'), at(5, '9007199254740994')],
  ])('given %s, then it was restored', (_, stored, told, next) => {
    expect(judgeStore(stored, told)).toEqual({ kind: 'restored', next });
  });
});
