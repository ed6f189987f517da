import { SeenRows } from './seen-rows';

describe('SeenRows', () => {
  it('given 50,000 ids, then all are found and no other one is', () => {
    const seen = new SeenRows();
    for (let i = 0; i < 50_000; i++) seen.add(`usmf|US-${i}`);
    expect(seen.count).toBe(50_000);
    const wrong = Array.from({ length: 50_000 }, (_, i) => `usmf|UX-${i}`).filter((id) => seen.has(id));
    expect(wrong).toEqual([]);
    expect(seen.has('usmf|US-49999')).toBe(true);
  });
});
