import type { Cells } from '@dualwrite/events';
import * as fc from 'fast-check';
import { compileFilter, FilterMismatch } from './compile-filter';
import type { FilterDialect } from './filter';
import { parseFilter } from './parse-filter';
import type { ResolvedColumn } from './resolved-map';

const columns: Record<string, ResolvedColumn> = Object.fromEntries(
  (
    [
      ['PartyType', 'enum'],
      ['Name', 'string'],
      ['Amount', 'decimal'],
      ['Count', 'int32'],
      ['IsActive', 'boolean'],
      ['Created', 'datetime'],
      ['Owner', 'lookup'],
    ] as const
  ).map(([name, type]) => [
    name.toLowerCase(),
    { name, type, nullable: true, ...(type === 'enum' ? { symbols: ['Person', 'Organization'] } : {}) },
  ]),
);
const GUID = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11';

function test(dialect: FilterDialect, text: string, cells: Cells): boolean {
  const parsed = parseFilter(dialect, text);
  if ('problem' in parsed) throw new Error(`${parsed.problem.message} at ${parsed.problem.offset}`);
  return compileFilter(parsed.filter, (name) => columns[name.toLowerCase()])(cells);
}

describe('an F&O query expression', () => {
  it.each([
    ['((PartyType == "Organization"))', { PartyType: 'Organization' }, true],
    ['((PARTYTYPE == "organization"))', { PartyType: 'Organization' }, true],
    ['PartyType == Organization', { PartyType: 'Person' }, false],
    ['PartyType == 1', { PartyType: 'Organization' }, true],
    ['(PartyType != "Person") && !(Name == "")', { PartyType: 'Organization', Name: null }, false],
    ['Name == ""', { Name: null }, true],
    ['Name == "A \\"B\\""', { Name: 'a "b"  ' }, true],
    ['Amount >= 10.5 || Count < 3', { Amount: '10.50000000000000000001', Count: 9 }, true],
    ['Amount > 12345678901234567890.1', { Amount: '12345678901234567890.2' }, true],
    ['10 < Count', { Count: 11 }, true],
    ['Name == "x" || Name == "y" && Count == 1', { Name: 'x', Count: 2 }, true],
    ['', {}, true],
  ])('%s of %j is %p', (text, cells, passes) => {
    expect(test('fo', text, cells)).toBe(passes);
  });
});

describe('an OData filter', () => {
  it.each([
    ['customertypecode eq 3', { Count: 3 }, true],
    ["Name eq 'O''Neil'", { Name: "o'neil" }, true],
    ['not (IsActive eq true) and Count ne null', { IsActive: false, Count: 1 }, true],
    ['Count ne 3', { Count: null }, true],
    ['Count gt 3', { Count: null }, false],
    ['Name eq null', { Name: null }, true],
    [`Owner eq ${GUID.toUpperCase()}`, { Owner: GUID }, true],
    ['Created ge 2026-03-01T00:00:00Z', { Created: '2026-03-01T00:00:00.5Z' }, true],
    ['Created lt 2026-03-01', { Created: '2026-02-28T23:59:59Z' }, true],
    ['Count eq 1 or Count eq 2 and Name eq null', { Count: 1, Name: 'x' }, true],
  ])('%s of %j is %p', (text, cells, passes) => {
    expect(test('odata', text.replace('customertypecode', 'Count'), cells)).toBe(passes);
  });
});

describe('a filter that cannot be read', () => {
  it.each([
    ['fo', '(PartyType == "Organization"', 'a closing parenthesis is missing', 28],
    ['fo', 'PartyType "Organization"', 'a comparison is missing', 10],
    ['fo', 'PartyType == ', 'a value is missing', 13],
    ['fo', 'PartyType == "x', '"\\"" does not belong here', 13],
    ['fo', 'PartyType == "x" Name', 'the expression should end here', 17],
    ['odata', 'Name eq Other', 'two columns cannot be compared: text values need quotes', 8],
    ['odata', "1 eq 'x'", 'one side of a comparison has to be a column', 0],
    ['odata', `${'('.repeat(60)}Count eq 1${')'.repeat(60)}`, 'a filter may nest 50 levels', 51],
    ['odata', 'x'.repeat(5000), 'a filter may have 4000 characters', 0],
  ] as const)('given %s %s, then it says what and where', (dialect, text, message, offset) => {
    expect(parseFilter(dialect, text)).toEqual({ problem: { message, offset } });
  });

  it('given a column or value that does not fit, then it is named', () => {
    expect(() => test('odata', 'Nowhere eq 1', {})).toThrow(FilterMismatch);
    expect(() => test('odata', 'Count eq 1.5', {})).toThrow(
      '1.5 is no value of Count, which is of type int32',
    );
  });

  it('given any text, then parsing ends with a filter or a problem', () => {
    const pieces = fc.array(
      fc.constantFrom(
        '(',
        ')',
        '==',
        '&&',
        '||',
        '!',
        'eq',
        'and',
        'not',
        ' ',
        'Name',
        '"x"',
        "'x'",
        '3',
        '\\',
        '-',
      ),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(
        fc.constantFrom<FilterDialect>('fo', 'odata'),
        fc.oneof(
          pieces.map((parts) => parts.join('')),
          fc.string(),
        ),
        (dialect, text) => {
          const parsed = parseFilter(dialect, text);
          expect('problem' in parsed || 'filter' in parsed).toBe(true);
        },
      ),
    );
  });
});
