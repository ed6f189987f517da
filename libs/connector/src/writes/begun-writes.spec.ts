import { BegunWrites } from './begun-writes';
import { aWrite } from '../core/testing/entries';

describe('what a replica has begun (rule 23)', () => {
  const write = (intent: number) => ({ ...aWrite({ id: `pair:${intent}`, intent }), nativeId: 'guid-1' });
  const begunUpTo = (count: number): BegunWrites => {
    const begun = new BegunWrites();
    for (let intent = 1; intent <= count; intent += 1) begun.note(write(intent));
    return begun;
  };
  const named = (begun: BegunWrites) => begun.lastWord()?.map(({ intent }) => intent);

  it('given a write without an answer, then the last word names it', () => {
    expect(named(begunUpTo(1))).toEqual([1]);
  });

  it('given an answer that is stored, then it is named until a later beat was heard: its observation may die in the outbox', () => {
    const begun = begunUpTo(2);
    const heardBefore = begun.cut();
    begun.end('pair:1');
    heardBefore();
    const heard = begun.cut();
    begun.end('pair:2');
    heard();
    expect(named(begun)).toEqual([2]);
  });

  it('given a beat that was not heard, then what was answered before it is named', () => {
    const begun = begunUpTo(1);
    begun.end('pair:1');
    begun.cut();
    expect(named(begun)).toEqual([1]);
  });

  it('given marks of replicas that are gone, then they are named, too', () => {
    const begun = new BegunWrites();
    const { table, kind, pairId, intent, nativeId } = write(7);
    begun.inherit(
      new Map([['pair:7', { table, kind, pairId, intent, nativeId, rowId: null, source: null }]]),
    );
    expect(named(begun)).toEqual([7]);
  });

  it('given more than a message can name, then there is no last word', () => {
    expect(begunUpTo(1_001).lastWord()).toBeNull();
  });

  it('given that the last word is said, then nothing is begun any more', () => {
    const begun = begunUpTo(1);
    begun.lastWord();
    expect(() => begun.note(write(2))).toThrow('the process ends');
  });
});
