import * as fc from 'fast-check';
import { knownReferences } from '../test/known-references';
import { compiledField } from '../test/standard-map';
import { roundTrips } from './round-trips';

const nothing = knownReferences([]);

describe('a field that is too short', () => {
  it('given truncate, then the text is cut, never through a character', async () => {
    const field = await compiledField({ fo: 'OrganizationName', dataverse: 'name', onOverflow: 'truncate' });
    const letters = fc.array(fc.constantFrom('a', '🙂'), { minLength: 70, maxLength: 200 });
    fc.assert(
      fc.property(letters, (parts) => {
        const text = parts.join('');
        const converted = field.convert('dataverse', text, {}, nothing);
        const value = converted.kind === 'value' ? String(converted.value) : '';
        expect(text.startsWith(value)).toBe(true);
        expect(value.length).toBeLessThanOrEqual(160);
        expect(value.length).toBeGreaterThanOrEqual(Math.min(text.length, 159));
        expect(() => encodeURIComponent(value)).not.toThrow();
      }),
    );
  });
});

describe('laws of conversion', () => {
  const number = fc.stringMatching(/^-?[1-9][0-9]{0,20}\.[0-9]{0,12}[1-9]$/);

  it('given any amount, then what came back from the target travels no further', async () => {
    const field = await compiledField({ fo: 'CreditLimit', dataverse: 'creditlimit' });
    fc.assert(
      fc.property(number, (amount) => {
        const there = field.convert('dataverse', amount, {}, nothing);
        if (there.kind !== 'value') throw new Error('not converted');
        const back = field.convert('fo', there.value, {}, nothing);
        if (back.kind !== 'value') throw new Error('not converted');
        expect(field.convert('dataverse', back.value, {}, nothing)).toEqual(there);
        expect(field.admits('dataverse', amount, there.value)).toBe(true);
      }),
    );
  });

  it('given any text whatever, then every field gives an outcome', async () => {
    const fields = await Promise.all(
      [
        { fo: 'OrganizationName', dataverse: 'name' },
        { fo: 'CreditRating', dataverse: 'numberofemployees', direction: 'to-dataverse' as const },
        { fo: 'CreditRating', dataverse: 'creditlimit', direction: 'to-dataverse' as const },
        { fo: 'IsOneTimeCustomer', dataverse: 'msdyn_onetimecustomer', valueMap: { No: false, Yes: true } },
        { fo: 'CustomerGroupId', dataverse: 'msdyn_customergroupid.msdyn_groupid' },
      ].map((field) => compiledField(field)),
    );
    fc.assert(
      fc.property(fc.constantFrom(...fields), fc.string({ unit: 'binary' }), (field, text) => {
        const { kind } = field.convert('dataverse', text, { dataAreaId: 'usmf' }, nothing);
        expect(['value', 'wait', 'refused']).toContain(kind);
      }),
    );
  });

  it.each([
    ['12', { kind: 'value', value: 12 }],
    ['12.0', { kind: 'value', value: 12 }],
    ['12.5', { kind: 'refused', code: 'value-not-of-type' }],
    ['2147483648', { kind: 'refused', code: 'value-not-of-type' }],
    ['a dozen', { kind: 'refused', code: 'value-not-of-type' }],
  ])('given the text %s for a whole number, then %j', async (text, outcome) => {
    const field = await compiledField({
      fo: 'CreditRating',
      dataverse: 'numberofemployees',
      direction: 'to-dataverse',
    });
    expect(field.convert('dataverse', text, {}, nothing)).toMatchObject(outcome);
  });
});

describe('equality of values', () => {
  it.each([
    ['fo', 'OrganizationName', 'name', 'Contoso', 'Contoso  ', true],
    ['fo', 'OrganizationName', 'name', 'Contoso', 'contoso', false],
    ['dataverse', 'OrganizationName', 'name', 'Contoso', 'Contoso ', false],
    ['fo', 'CustomerAccount', 'accountnumber', 'US-001', 'us-001', true],
    ['fo', 'CreditLimit', 'creditlimit', null, '0', false],
    ['dataverse', 'CreditLimit', 'creditlimit', null, '0', false],
    ['fo', 'CreditLimit', 'creditlimit', '1.1', '1.10000000000000000000001', false],
  ] as const)('given %s, %s and %s, then %p and %p: %p', async (side, fo, dataverse, left, right, isSame) => {
    const field = await compiledField({ fo, dataverse });
    expect(field.same(side, left, right)).toBe(isSame);
    expect(field.same(side, right, left)).toBe(isSame);
  });

  it('given enums and lookups, then letter case does not count', async () => {
    const isOneTime = await compiledField({
      fo: 'IsOneTimeCustomer',
      dataverse: 'msdyn_onetimecustomer',
      valueMap: { No: false, Yes: true },
    });
    expect(isOneTime.same('fo', 'yes', 'Yes')).toBe(true);
    const group = await compiledField({
      fo: 'CustomerGroupId',
      dataverse: 'msdyn_customergroupid.msdyn_groupid',
    });
    expect(
      group.same('dataverse', 'ABCDEF00-0000-4000-8000-000000000000', 'abcdef00-0000-4000-8000-000000000000'),
    ).toBe(true);
  });
});

describe('what F&O shows for an empty value', () => {
  const spec = {
    fo: 'IsOneTimeCustomer',
    dataverse: 'msdyn_onetimecustomer',
    valueMap: { No: false, Yes: true },
  };

  it('given a field both ways, then it is a value of its own, which travels back', async () => {
    const field = await compiledField(spec);
    expect(field.convert('fo', null, {}, nothing)).toEqual({ kind: 'value', value: null });
    expect(field.same('fo', null, 'No')).toBe(false);
  });

  it('given a field to F&O only, then it is what was written, and no drift', async () => {
    const field = await compiledField({ ...spec, direction: 'to-fo' });
    expect(field.same('fo', null, 'No')).toBe(true);
  });

  it('given a value map that has no word for it, then nothing was chosen', async () => {
    const field = await compiledField({ ...spec, valueMap: { Yes: true } });
    expect(field.convert('dataverse', 'No', {}, nothing)).toEqual({ kind: 'value', value: null });
  });
});

describe('what a server may make of a value', () => {
  it.each([
    ['CreditLimit', 'creditlimit', '123.45678', '123.4568', true],
    ['CreditLimit', 'creditlimit', '123.45678', '123.4567', true],
    ['CreditLimit', 'creditlimit', '123.45678', '123.4569', false],
    ['CreditLimit', 'creditlimit', '1.00001', '1', true],
    ['CreditLimit', 'creditlimit', '12.5', '1', false],
    ['OrganizationName', 'name', ' Contoso\r\nLtd ', 'contoso\nltd', true],
    ['OrganizationName', 'name', '   ', null, true],
    ['OrganizationName', 'name', 'Contoso', 'Fabrikam', false],
    ['OrganizationNumberOfEmployees', 'numberofemployees', 5, 6, false],
  ])('given %s=%s, sent %p and shown %p: %p', async (fo, dataverse, sent, seen, isAdmitted) => {
    const field = await compiledField({ fo, dataverse });
    expect(field.admits('dataverse', sent, seen)).toBe(isAdmitted);
  });
});

describe('roundTrips', () => {
  it('given a lossless and a lossy value, then it tells them apart', async () => {
    const field = await compiledField({ fo: 'CreditLimit', dataverse: 'creditlimit' });
    expect(roundTrips(field, { CreditLimit: '1.5' }, nothing)).toEqual({ kind: 'same' });
    expect(roundTrips(field, { CreditLimit: '1.55555' }, nothing)).toEqual({
      kind: 'different',
      there: '1.5556',
      back: '1.5556',
    });
    const group = await compiledField({
      fo: 'CustomerGroupId',
      dataverse: 'msdyn_customergroupid.msdyn_groupid',
    });
    expect(roundTrips(group, { CustomerGroupId: '30' }, nothing)).toEqual({
      kind: 'not-converted',
      reason: 'waits for msdyn_customergroup',
    });
  });
});
