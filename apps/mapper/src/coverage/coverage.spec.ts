import { Coverage } from './coverage';

const coverage = (fo: string[], dataverse: string[] = []) =>
  new Coverage({ fo: new Set(fo), dataverse: new Set(dataverse) });

describe('Coverage', () => {
  it('given one company, then another one is not covered', () => {
    expect(coverage(['usmf']).of('usmf')).toEqual({ fo: true, dataverse: false });
    expect(coverage(['usmf']).of('demf').fo).toBe(false);
    expect(coverage(['usmf']).of(null).fo).toBe(false);
  });

  it('given all companies, then any is, and one whose company is not known', () => {
    expect(coverage(['*']).of('usmf').fo).toBe(true);
    expect(coverage(['*']).of(null).fo).toBe(true);
    expect(coverage(['*'], ['*']).isWhole).toBe(true);
    expect(coverage(['*'], ['usmf']).isWhole).toBe(false);
  });

  it('given more than before, then the side is named', () => {
    expect(coverage(['*'], ['usmf']).grownSince(coverage(['*']))).toEqual(['dataverse']);
    expect(coverage(['*']).grownSince(coverage(['*']))).toEqual([]);
  });
});
