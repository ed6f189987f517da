import { askedKeys, businessKey, keyText } from './key-text';

const kept = (company: string | null, ...values: string[]) =>
  businessKey(
    company,
    values.map((value) => keyText(value) ?? ''),
  );

describe('askedKeys', () => {
  it.each([
    { asked: 'usmf/X6cf', key: kept('USMF', 'X6cf') },
    { asked: 'USMF/us-001 ', key: kept('usmf', 'US-001') },
    { asked: 'net30', key: kept(null, 'Net30') },
    { asked: 'usmf/net30/ab', key: kept('usmf', 'NET30', 'AB') },
    { asked: String.raw`usmf/ac\/dc`, key: kept('usmf', 'AC/DC') },
    { asked: String.raw`usmf/a\\/b`, key: kept('usmf', 'a\\', 'b') },
    { asked: 'usmf/u\u0308ber', key: kept('usmf', '\u00fcber') },
  ])('given $asked, then the key is found in the form in which it is kept', ({ asked, key }) => {
    expect(askedKeys(asked)).toContain(key);
  });

  it('given another number of parts, then it is another key', () => {
    expect(askedKeys('usmf//A')).not.toContain(kept('usmf', 'A'));
    expect(askedKeys('usmf/AC/DC')).not.toContain(kept('usmf', 'AC/DC'));
  });
});
