import { parse } from 'lossless-json';
import { tryParse } from './lossless';
import { parseMarked } from './marked-numbers';

describe('parseMarked', () => {
  it.each([
    '{"value":[{"a":1000.50,"b":-3,"c":12345678901234567890,"d":1E-7,"e":0}],"@odata.count":2}',
    '[1,2 ,\n3, -0.10]',
    '12.00',
    '"5"',
    '{"a":"1,2:3","b":[true,false,null,{}],"c":[]}',
    '{"a":"quoted \\"7\\", and \\\\","b":7}',
    '{"\\\\":1,"a\\"1":2,"":3}',
    '{"a":"\\u0041\\n\\ud83d\\ude00 é 1","b":"\\\\\\"9"}',
  ])('given %s, then every digit is kept, as the library reads it', (text) => {
    expect(parseMarked(text)).toEqual(parse(text));
  });

  it.each(['', '{', '{"a":01}', '{"a":1.}', '{"a":--1}', '{"a":"', '{"a":1"b"}', '<html>502</html>', '[1,]'])(
    'given %j, which is no JSON, then it is left to the library, which refuses it',
    (text) => {
      expect(parseMarked(text)).toBeUndefined();
      expect(tryParse(text)).toBeUndefined();
    },
  );

  it('given a member called __proto__, then it is a member and changes no object', () => {
    const read = parseMarked('{"__proto__":{"admin":1}}') as Record<string, unknown>;
    expect(read['admin']).toBeUndefined();
    expect(Object.keys(read)).toEqual(['__proto__']);
  });

  it('given a byte order mark in front, then the answer is read', () => {
    expect(tryParse('\uFEFF{"a":1}')).toEqual(parse('{"a":1}'));
  });
});
