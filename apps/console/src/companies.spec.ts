import { servesCompany } from '@dualwrite/events';
import { changeCompanies } from './companies';

const none = { add: [], remove: [] };

describe('changeCompanies', () => {
  it.each([
    ['all, one is removed', {}, { ...none, remove: ['USMF'] }, { except: ['usmf'] }],
    ['all but one, it is added', { except: ['usmf'] }, { ...none, add: ['usmf'] }, {}],
    ['some, one is added', { only: ['usmf'] }, { ...none, add: ['frrt'] }, { only: ['frrt', 'usmf'] }],
    ['some, one is removed', { only: ['frrt', 'usmf'] }, { ...none, remove: ['usmf'] }, { only: ['frrt'] }],
    ['all, then only some', { except: ['dat'] }, { ...none, only: ['USMF'] }, { only: ['usmf'] }],
    ['some, then all', { only: ['usmf'] }, { ...none, only: 'all' as const }, {}],
  ])('given %s, then the others stay as they were', (_, now, change, then) => {
    expect(changeCompanies(now, change)).toEqual(then);
  });

  it('given what is named, then companies are served by their codes in any case; shared rows always are', () => {
    expect(servesCompany({ only: ['usmf'] }, 'USMF')).toBe(true);
    expect(servesCompany({ only: ['usmf'] }, 'frrt')).toBe(false);
    expect(servesCompany({ except: ['usmf'] }, 'usmf')).toBe(false);
    expect(servesCompany({ only: [] }, null)).toBe(true);
  });
});
