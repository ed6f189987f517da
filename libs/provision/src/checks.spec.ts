import { checkDataverse, type DataverseFacts } from './check-dataverse';
import { checkFo, type FoFacts } from './check-fo';
import { checkCompanies, type CheckResult } from './check-result';

const FO: FoFacts = {
  hostName: 'contoso.operations.dynamics.com',
  applicationVersion: '10.0.41',
  entities: new Set(['CustomersV3', 'Workers']),
};
const DATAVERSE: DataverseFacts = {
  isUserDisabled: false,
  trackingDays: 7,
  synchronousSteps: [],
  tables: [{ table: 'account', problem: null }],
  webhookUrl: 'https://dw.example/webhooks',
};
const badOf = (checks: readonly CheckResult[]): CheckResult[] => checks.filter(({ state }) => state !== 'ok');

describe('checks of F&O', () => {
  it('given an environment of Finance and Operations, then all is well', () => {
    expect(badOf(checkFo(FO))).toEqual([]);
  });

  it.each([
    ['by its data model', { ...FO, entities: new Set(['Workers', 'LegalEntities']) }],
    ['by its address', { ...FO, hostName: 'aos-rts-1.hr.talent.dynamics.com' }],
  ])('given the stand-alone Human Resources app, known %s, then it is refused by name', (_, facts) => {
    const [check] = badOf(checkFo(facts));
    expect([check?.code, check?.state]).toEqual(['fo-data-model', 'failed']);
    expect(check?.what).toContain('Dynamics 365 Human Resources');
  });

  it.each([
    ['10.0.18', 'failed'],
    ['8.1.3', 'failed'],
    [null, 'warning'],
    ['soon', 'warning'],
  ])('given version %s, then it is %s', (applicationVersion, state) => {
    expect(badOf(checkFo({ ...FO, applicationVersion })).map((check) => [check.code, check.state])).toEqual([
      ['fo-version', state],
    ]);
  });
});

describe('checks of Dataverse', () => {
  it('given everything in order, then all is well', () => {
    expect(badOf(checkDataverse(DATAVERSE))).toEqual([]);
  });

  it.each([
    ['dataverse-user', 'failed', { isUserDisabled: true }],
    ['dataverse-user', 'warning', { isUserDisabled: null }],
    ['dataverse-read', 'failed', { tables: [{ table: 'account', problem: 'no privilege' }] }],
    ['dataverse-tracking', 'warning', { trackingDays: 2 }],
    ['dataverse-tracking', 'warning', { trackingDays: null }],
    ['dataverse-synchronous-steps', 'warning', { synchronousSteps: ['Validate (account)'] }],
    ['dataverse-webhook', 'warning', { webhookUrl: '' }],
    ['dataverse-webhook', 'failed', { webhookUrl: 'http://dw.example/webhooks' }],
  ] as const)('given what %s looks for, then it is %s, with a remedy', (code, state, facts) => {
    const bad = badOf(checkDataverse({ ...DATAVERSE, ...facts }));
    expect(bad.map((check) => [check.code, check.state])).toEqual([[code, state]]);
    expect(bad[0]?.remedy).not.toBeNull();
  });
});

describe('checkCompanies', () => {
  it.each([
    ['the same, in any case', ['usmf', 'demf'], ['USMF', 'demf'], 'ok'],
    ['one not in Dataverse yet', ['usmf', 'demf'], ['usmf'], 'warning'],
    ['one that F&O does not have', ['usmf'], ['usmf', 'frsi'], 'failed'],
    ['one twice', ['usmf'], ['usmf', 'usmf'], 'failed'],
    ['one without a code', ['usmf'], ['usmf', ''], 'failed'],
  ])('given %s, then it says so', (_, fo, dataverse, state) => {
    expect(checkCompanies(fo, dataverse).state).toBe(state);
  });
});
