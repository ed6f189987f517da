import { arrivalsMs } from './arrivals';
import { unbalancedBooks } from './books';
import { judgeHistory } from './judge-history';
import { HistoryTeller } from './testing/a-history';

const kinds = (teller: HistoryTeller): string[] => judgeHistory(teller.end()).map(({ kind }) => kind);
/** A customer that a person made in F&O and that we made in Dataverse. */
const paired = (): HistoryTeller =>
  new HistoryTeller()
    .creates('person', 'fo', { name: 'n1', city: 'c1' })
    .creates('product', 'dataverse', { name: 'n1', city: 'c1' });

describe('judgeHistory', () => {
  describe('given a history as it should be', () => {
    it.each<[string, HistoryTeller]>([
      ['a row made and copied', paired()],
      [
        'edits there and back',
        paired()
          .writes('person', 'fo', { name: 'n2' })
          .writes('product', 'dataverse', { name: 'n2' })
          .writes('person', 'dataverse', { name: 'n3', city: 'c2' })
          .writes('product', 'fo', { name: 'n3', city: 'c2' }),
      ],
      [
        'a conflict whose loser is in the journal',
        paired()
          .writes('person', 'fo', { name: 'n2' })
          .writes('person', 'dataverse', { name: 'n3' })
          .writes('product', 'dataverse', { name: 'n2' })
          .givesUp('n3'),
      ],
      ['a delete on both sides', paired().deletes('person', 'dataverse').deletes('product', 'fo')],
      [
        'a key made anew after its delete',
        paired()
          .deletes('person', 'dataverse')
          .deletes('product', 'fo')
          .creates('person', 'dataverse', { name: 'n2', city: 'c2' }, 'second')
          .creates('product', 'fo', { name: 'n2', city: 'c2' }),
      ],
      [
        'a row deleted and made anew in F&O between two looks, which is an edit',
        paired()
          .deletes('person', 'fo')
          .creates('person', 'fo', { name: 'n2', city: 'c2' })
          .writes('product', 'dataverse', { name: 'n2' })
          .writes('product', 'dataverse', { city: 'c2' }),
      ],
      [
        'a parked pair that shows both values',
        paired().writes('person', 'fo', { name: 'n2' }).writes('person', 'dataverse', { name: 'n3' }).parks(),
      ],
    ])('when it is %s, then nothing is found', (_, teller) => {
      expect(judgeHistory(teller.end())).toEqual([]);
    });
  });

  it('when we write over a value that nobody saw, then it is lost', () => {
    const teller = paired()
      .writes('person', 'dataverse', { name: 'unseen' })
      .writes('person', 'fo', { name: 'n2' })
      .writes('product', 'dataverse', { name: 'n2' });
    expect(judgeHistory(teller.end())).toEqual([
      expect.objectContaining({ kind: 'lost-value', side: 'dataverse', field: 'name', key: 'usmf/C1' }),
    ]);
  });

  it('when we delete a row with a value that nobody saw, then it is lost', () => {
    const teller = paired()
      .writes('person', 'dataverse', { city: 'unseen' })
      .deletes('person', 'fo')
      .deletes('product', 'dataverse');
    expect(kinds(teller)).toEqual(['lost-value']);
  });

  it('when the journal of another row tells of the value, then it is lost all the same', () => {
    const own = paired()
      .writes('person', 'dataverse', { name: 'unseen' })
      .writes('product', 'dataverse', { name: 'n1' })
      .end();
    const other = new HistoryTeller('customers', 'usmf/C2').givesUp('unseen').end();
    const found = judgeHistory({ ...own, givenUp: other.givenUp });
    expect(found).toContainEqual(
      expect.objectContaining({ kind: 'lost-value', text: expect.stringContaining('unseen') }),
    );
  });

  it('when a value that somebody replaced comes back, then an update is lost', () => {
    const teller = paired()
      .writes('person', 'fo', { name: 'n2' })
      .writes('product', 'fo', { name: 'n1' })
      .givesUp('n2');
    expect(new Set(kinds(teller))).toEqual(new Set(['lost-update']));
  });

  it('when a deleted row stands again, then it is resurrected', () => {
    const teller = paired()
      .deletes('person', 'fo')
      .creates('product', 'fo', { name: 'n1', city: 'c1' }, 'again');
    expect(new Set(kinds(teller))).toEqual(new Set(['resurrected']));
  });

  it('when only one field of a new row comes from a deleted one, then that is found', () => {
    const teller = paired()
      .deletes('person', 'dataverse')
      .deletes('product', 'fo')
      .creates('person', 'dataverse', { name: 'n2', city: 'c2' }, 'second')
      .creates('product', 'fo', { name: 'n2', city: 'c1' })
      .shows('dataverse', { name: 'n2', city: 'c1' }, 'second');
    expect(kinds(teller)).toContain('resurrected');
    expect(kinds(teller)).toContain('lost-value');
  });

  it('when we delete a row that no person deleted, then it is unjust, and its values are lost', () => {
    const teller = paired().deletes('product', 'dataverse').deletes('product', 'fo');
    expect(kinds(teller).filter((kind) => kind === 'unjust-delete')).toHaveLength(2);
    expect(kinds(teller)).toContain('lost-value');
  });

  it('when we make a second row beside our first, then it is doubled, also if it is gone in the end', () => {
    const twice = paired().creates('product', 'dataverse', { name: 'n1', city: 'c1' }, 'twin');
    expect(kinds(twice).filter((kind) => kind === 'doubled')).toHaveLength(2);
    const forAMoment = paired()
      .creates('product', 'dataverse', { name: 'n1', city: 'c1' }, 'twin')
      .deletes('person', 'dataverse', 'twin')
      .shows('fo', { name: 'n2', city: 'c2' })
      .shows('dataverse', { name: 'n2', city: 'c2' });
    expect(kinds(forAMoment)).toContain('doubled');
  });

  it('when we make a row beside one of a person and do not park the pair, then it is doubled', () => {
    const twins = (): HistoryTeller =>
      paired().creates('person', 'dataverse', { name: 'n2', city: 'c2' }, 'of a person');
    expect(kinds(twins())).toEqual(['doubled']);
    expect(kinds(twins().parks())).toEqual([]);
  });

  it('when a value is on show that nobody wrote, then it is invented', () => {
    expect(kinds(paired().shows('fo', { name: 'n0', city: 'c1' }))).toEqual(['invented']);
  });

  it('when we write on and on, then that is needless', () => {
    const teller = paired();
    for (let round = 0; round < 3; round += 1)
      teller.writes('product', 'fo', { city: 'c1' }).writes('product', 'dataverse', { city: 'c1' });
    expect(kinds(teller)).toEqual(['needless-write']);
  });

  it('when two maps use one key, then they are judged apart', () => {
    const customers = paired().end();
    const groups = new HistoryTeller('groups').creates('person', 'fo', { name: 'g1' }).end();
    expect(
      judgeHistory({
        deeds: [...customers.deeds, ...groups.deeds],
        shown: [...customers.shown, ...groups.shown],
        givenUp: [],
        parked: [],
      }),
    ).toEqual([]);
  });
});

describe('unbalancedBooks', () => {
  const books = {
    name: 'customers',
    examined: 10,
    written: { fo: 1, dataverse: 2 },
    unchanged: 3,
    filtered: 1,
    parked: 1,
    waiting: 1,
    held: 1,
  };

  it('when every pair is in one class, then nothing is found', () => {
    expect(unbalancedBooks([books])).toEqual([]);
  });

  it('when a pair is in none, then the map is named', () => {
    expect(unbalancedBooks([books, { ...books, name: 'groups', held: 0 }])).toEqual([
      expect.objectContaining({ kind: 'unbalanced', map: 'groups' }),
    ]);
  });
});

describe('arrivalsMs', () => {
  it('when a value arrives on the other side, then the time between is told; an overtaken one never does', () => {
    const { deeds } = paired()
      .writes('person', 'fo', { name: 'overtaken' })
      .writes('person', 'fo', { name: 'n3' })
      .writes('product', 'dataverse', { name: 'n3' })
      .end();
    // Name and city of the create, then the one edit.
    expect(arrivalsMs(deeds)).toEqual([1000, 1000, 1000]);
  });
});
