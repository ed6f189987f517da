import { decidePosition } from './position-rules';

const standing = (committed: string | null, stored: string | null) => ({
  topic: 't',
  partition: 0,
  committed,
  stored,
});

describe('decidePosition', () => {
  it.each([
    ['a new map', null, null, { kind: 'keep' }],
    ['a group that stands where Postgres does', '17', '17', { kind: 'keep' }],
    ['a group that was moved back', '9', '17', { kind: 'replay', offset: '9' }],
    ['a group that has forgotten', null, '17', { kind: 'restore', offset: '17' }],
    ['a database that was set back', '40', '17', { kind: 'set-back', offset: '17' }],
    ['a database that is new beside an old group', '40', null, { kind: 'set-back', offset: '0' }],
    [
      'offsets beyond 2^53',
      '9007199254740993',
      '9007199254740992',
      { kind: 'set-back', offset: '9007199254740992' },
    ],
  ])('given %s, when it is assigned, then the rule holds', (_, committed, stored, decision) => {
    expect(decidePosition(standing(committed, stored))).toEqual(decision);
  });
});
