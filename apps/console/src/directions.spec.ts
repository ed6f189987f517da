import { directionOf } from '@dualwrite/events';
import { changeDirections } from './directions';

describe('changeDirections', () => {
  it('given a map both ways, when one company goes one way, then the others do not', () => {
    const directions = changeDirections({}, { direction: 'to-dataverse', company: 'USMF' });
    expect(directions).toEqual({ companies: { usmf: 'to-dataverse' } });
    expect(['usmf', 'USMF', 'frrt', null].map((company) => directionOf(directions, company))).toEqual([
      'to-dataverse',
      'to-dataverse',
      'both',
      'both',
    ]);
    expect(changeDirections(directions, { direction: 'both', company: 'usmf' })).toEqual({});
  });

  it('given a map one way, when a company goes both, then that is said; set for all, what is the same is left out', () => {
    const oneWay = changeDirections({}, { direction: 'to-fo' });
    const mixed = changeDirections(oneWay, { direction: 'both', company: 'usmf' });
    expect(mixed).toEqual({ all: 'to-fo', companies: { usmf: 'both' } });
    expect(directionOf(mixed, 'usmf')).toBe('both');
    expect(changeDirections(mixed, { direction: 'both' })).toEqual({});
  });
});
