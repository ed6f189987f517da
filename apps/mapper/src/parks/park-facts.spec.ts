import type { Park } from '@dualwrite/planner';
import { parkFactsOf } from './park-facts';
import { retryAfterMs } from './retry-class';

const refused: Park = {
  ...{ reason: 'rejected', code: 'fo.validation', text: 'no such group', write: 'update', absentSide: null },
  rows: [
    { side: 'dataverse', rowId: 'a', version: '1' },
    { side: 'fo', rowId: 'b', version: '2' },
  ],
};
const conflict: Park = {
  ...refused,
  reason: 'conflict',
  code: null,
  text: 'Name=name',
  field: 'Name=name',
  write: null,
};

describe('parkFactsOf', () => {
  it('given parks that differ only in rows and words, then they are of one group; of another map, not', () => {
    const [one] = parkFactsOf('m', { parks: [refused] });
    const [other] = parkFactsOf('m', {
      parks: [{ ...refused, text: 'no such unit', rows: refused.rows.slice(0, 1) }],
    });
    expect(one).toMatchObject({ code: 'fo.validation', direction: 'to-fo', field: null, reason: 'rejected' });
    expect(other?.fingerprint).toBe(one?.fingerprint);
    expect(parkFactsOf('n', { parks: [refused] })[0]?.fingerprint).not.toBe(one?.fingerprint);
  });

  it('given a conflict on a field, a delete, a held pair, then each is told by what it hangs on', () => {
    const found = parkFactsOf('m', { parks: [conflict, { ...refused, write: 'delete' }], held: true });
    expect(found.map(({ direction, code, field }) => [direction, code, field])).toEqual([
      ['both', 'conflict', 'Name=name'],
      ['to-dataverse', 'fo.validation', null],
      ['both', 'backlog', null],
    ]);
  });
});

describe('retryAfterMs', () => {
  it.each([
    ['rejected', 'fo.validation', 1, 600_000],
    ['rejected', 'fo.validation', 4, 86_400_000],
    ['rejected', 'fo.validation', 5, null],
    ['rejected', 'dataverse.text-too-long', 1, null],
    ['create-in-doubt', 'create-in-doubt', 1, null],
    ['conflict', 'conflict', 1, null],
  ])('given %s %s for the %i. time, then it is tried again after %p ms', (reason, code, times, ms) => {
    expect(retryAfterMs({ reason, code }, times)).toBe(ms);
  });
});
