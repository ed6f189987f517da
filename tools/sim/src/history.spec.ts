import { History } from './history';
import type { EndpointRow } from './endpoint';

const OWNED = ['a', 'b'];

/** A row in Dataverse, and one in F&O that was made after a person had deleted the partner of the first. */
function twoThings({ isFirstDeleted }: { isFirstDeleted: boolean }) {
  const history = new History((value) => value);
  const [first, second] = [history.newLife(), history.newLife()];
  const row = (id: string, life: number): EndpointRow => ({
    id,
    version: 1,
    values: { a: history.edit('a', null, life), b: history.edit('b', null, life) },
    isInScope: true,
  });
  const [left, right] = [row('dataverse-1', first), row('fo-2', second)];
  if (isFirstDeleted) history.personDeletes({ ...left, id: 'fo-1' }, OWNED);
  const asked = history.propose('b', right.values['b'] ?? 0);
  history.carriesOut(asked, left, OWNED);
  return { history, second, right, written: { ...left, values: { ...left.values, b: asked } } };
}

describe('whose end a delete is, after a call was carried out on the row', () => {
  it("given a row of a thing that a person had deleted before, then its end is not the end of the caller's row", () => {
    const { history, second, written } = twoThings({ isFirstDeleted: true });
    history.personDeletes(written, OWNED);
    expect(history.killed.has(second)).toBe(false);
  });

  it('given that what somebody made of the edit there is what shows, then it is the same', () => {
    const { history, second, written } = twoThings({ isFirstDeleted: true });
    const since = history.edit('b', written.values['b'] ?? 0, 0);
    history.personDeletes({ ...written, values: { ...written.values, b: since } }, OWNED);
    expect(history.killed.has(second)).toBe(false);
  });

  it('given a row that nobody had deleted, then both end', () => {
    const { history, second, written } = twoThings({ isFirstDeleted: false });
    history.personDeletes(written, OWNED);
    expect(history.killed.has(second)).toBe(true);
  });

  it("given that values of the caller's row have come to it since as those of its partner, then both end", () => {
    const { history, second, written, right } = twoThings({ isFirstDeleted: true });
    history.travels(written, { a: right.values['a'] ?? 0 });
    history.personDeletes({ ...written, values: { ...written.values, a: right.values['a'] ?? 0 } }, OWNED);
    expect(history.killed.has(second)).toBe(true);
  });

  it("given the caller's own row, then its end is its end", () => {
    const { history, second, right } = twoThings({ isFirstDeleted: true });
    history.personDeletes(right, OWNED);
    expect(history.killed.has(second)).toBe(true);
  });
});
