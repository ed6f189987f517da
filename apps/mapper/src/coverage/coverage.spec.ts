import { Coverage } from './coverage';

const coverage = (fo: string[], dataverse: string[] = []) =>
  new Coverage({ fo: new Set(fo), dataverse: new Set(dataverse) }, { fo: 1, dataverse: 2 });

const HEARD = { fo: 1, dataverse: 2 };

describe('Coverage', () => {
  it('given a register that was restored since, then what it had read before tells no absence (rule 23)', () => {
    const whole = coverage(['*'], ['*']);
    expect(whole.of('usmf', { fo: 1, dataverse: 3 })).toEqual({ fo: true, dataverse: false });
    expect([whole.isCurrent(HEARD), whole.isCurrent({ fo: 1, dataverse: 3 })]).toEqual([true, false]);
  });

  it('given one company, then another one is not covered', () => {
    expect(coverage(['usmf']).of('usmf', HEARD)).toEqual({ fo: true, dataverse: false });
    expect(coverage(['usmf']).of('demf', HEARD).fo).toBe(false);
    expect(coverage(['usmf']).of(null, HEARD).fo).toBe(false);
  });

  it('given all companies, then any is, and one whose company is not known', () => {
    expect(coverage(['*']).of('usmf', HEARD).fo).toBe(true);
    expect(coverage(['*']).of(null, HEARD).fo).toBe(true);
    expect(coverage(['*'], ['*']).isWhole).toBe(true);
    expect(coverage(['*'], ['usmf']).isWhole).toBe(false);
  });

  it('given a replica that never met a row of a side, then its plans name the epoch that covered the side (rule 12)', () => {
    expect(coverage(['*'], ['*']).registerEpochs({ fo: 3, dataverse: 0 })).toEqual({ fo: 3, dataverse: 2 });
  });

  it('given more than before, then the side is named', () => {
    expect(coverage(['*'], ['usmf']).grownSince(coverage(['*']))).toEqual(['dataverse']);
    expect(coverage(['*']).grownSince(coverage(['*']))).toEqual([]);
  });
});
