import type { Books, FreshRow, PairView } from '@dualwrite/proof';
import type { Side } from '@dualwrite/events';
import { lookOf } from '../testing/look-of';
import { aStoredMap } from '../testing/stored-map';
import { ProofService, type ProofSources } from './proof-service';

const BOOKS = {
  examined: 1,
  written: { fo: 0, dataverse: 0 },
  unchanged: 1,
  filtered: 0,
  parked: 0,
  waiting: 0,
  held: 0,
};
const PAIR: PairView = {
  pairId: 'p1',
  key: 'KG',
  verdict: 'unchanged',
  parks: [],
  open: 0,
  rows: { fo: { nativeId: 'kg', version: 'f' }, dataverse: { nativeId: 'd1', version: 'd' } },
  ended: { fo: [], dataverse: [] },
};

async function* pages(pairs: readonly PairView[]): AsyncGenerator<readonly PairView[]> {
  yield await Promise.resolve(pairs);
}

/** Each look sees the next of these names in Dataverse, the last one from then on. */
function service(
  names: readonly string[],
  more: Partial<ProofSources> & { state?: string; books?: Partial<Books> } = {},
) {
  let looks = 0;
  const { state = 'running', books = {}, ...sources } = more;
  return new ProofService({
    maps: () => Promise.resolve([aStoredMap()]),
    status: () => Promise.resolve([{ name: 'units', state, ...BOOKS, ...books }]),
    looking: (maps, use) => {
      const name = names[Math.min(looks, names.length - 1)] ?? '';
      looks += 1;
      const rows: Record<Side, readonly FreshRow[]> = {
        fo: [{ nativeId: 'kg', version: 'f', cells: { Code: 'KG', Name: 'Kilogram' } }],
        dataverse: [{ nativeId: 'd1', version: 'd', cells: { unitid: 'd1', code: 'KG', name } }],
      };
      return lookOf(rows)(maps, use);
    },
    pairs: () => pages([PAIR]),
    lookAgainAfterMs: 0,
    ...sources,
  });
}

describe('ProofService', () => {
  it('given rows that agree, then one look proves it', async () => {
    expect(await service(['Kilogram']).prove([])).toEqual({
      ok: true,
      looks: 1,
      maps: [
        {
          name: 'units',
          state: 'running',
          isJudged: true,
          rows: { fo: 1, dataverse: 1 },
          pairs: 1,
          parked: 0,
          breachCount: 0,
        },
      ],
      breachCount: 0,
      breaches: [],
    });
  });

  it('given a change on its way, then it is looked at again until it has arrived', async () => {
    expect(await service(['Kilo', 'Kilogram']).prove([])).toMatchObject({ ok: true, looks: 2 });
  });

  it('given a difference that stays, then the row that breaks the promise is named with its values', async () => {
    expect(await service(['Kilo']).prove(['units'])).toMatchObject({
      ok: false,
      looks: 5,
      breachCount: 1,
      breaches: [
        {
          kind: 'disagreement',
          map: 'units',
          key: 'kg',
          field: 'Name=name',
          text: '"Kilogram" in fo, "Kilo" in dataverse',
        },
      ],
    });
  });

  it('given a difference that comes and another one that goes, then neither is believed', async () => {
    const pairs = [{ ...PAIR, open: 1 }];
    let asked = 0;
    const proof = await service(['Kilogram', 'Kilo', 'Kilogram'], {
      pairs: () => pages(asked++ === 0 ? pairs : [PAIR]),
    }).prove([]);
    expect(proof).toMatchObject({ ok: true, looks: 2 });
  });

  it('given books that do not balance, then that is told', async () => {
    expect(await service(['Kilogram'], { books: { held: 1 } }).prove([])).toMatchObject({
      ok: false,
      breaches: [{ kind: 'unbalanced', map: 'units' }],
    });
  });

  it('given a map that does not run, then it is not judged, and says so', async () => {
    expect(await service(['Kilo'], { state: 'paused' }).prove([])).toMatchObject({
      ok: true,
      maps: [{ name: 'units', state: 'paused', isJudged: false }],
    });
  });

  it('given the name of no map, then 404', async () => {
    await expect(service(['Kilogram']).prove(['nobody'])).rejects.toMatchObject({ status: 404 });
  });
});
