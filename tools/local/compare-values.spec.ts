import { runModule } from './run-module';

type Case = readonly [
  fo: string | null,
  dataverse: string | null,
  column: { type: string; scale?: number },
  isSame: boolean,
];

const cases: readonly Case[] = [
  ['', null, { type: 'string' }, true],
  ['a ', 'a', { type: 'string' }, true],
  ['a', 'A', { type: 'string' }, false],
  ['1900-01-01T00:00:00Z', null, { type: 'datetime' }, true],
  ['2024-05-01T12:00:00Z', '2024-05-01', { type: 'dateonly' }, true],
  ['2024-05-02T12:00:00Z', '2024-05-01', { type: 'dateonly' }, false],
  ['0', null, { type: 'integer' }, true],
  ['1250.50', '1250.5', { type: 'money', scale: 2 }, true],
  ['1250.505', '1250.51', { type: 'money', scale: 2 }, true],
  ['1250.505', '1250.52', { type: 'money', scale: 2 }, false],
  ['1250.51', '1250.52', { type: 'money', scale: 2 }, false],
  ['123456789012345.1234567890', '123456789012345.1234567891', { type: 'decimal', scale: 10 }, false],
  ['3', '4', { type: 'integer', scale: 0 }, false],
  ['true', 'True', { type: 'boolean' }, true],
];

describe('given values of both sides', () => {
  it('then they are held against each other as the two sides mean them', async () => {
    const results = await runModule(`
      import { sameValue } from './stack/compare-values.mjs';
      const cases = ${JSON.stringify(cases)};
      console.log(JSON.stringify(cases.map(([fo, dataverse, column]) => sameValue(fo, dataverse, column))));
    `);
    expect(results).toEqual(cases.map(([, , , isSame]) => isSame));
  });

  it('then a number is read with all its digits, however it is written', async () => {
    const results = await runModule(`
      import { parse } from 'lossless-json';
      import { textOf } from './stack/compare-values.mjs';
      console.log(JSON.stringify(parse('[12.3400, 1.5e3, 2E-3, -1.25e1, null, "x", true]').map(textOf)));
    `);
    expect(results).toEqual(['12.3400', '1500', '0.002', '-12.5', null, 'x', 'true']);
  });
});
