import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { hex, sha1 } from './sha1';
import { uuid5 } from './uuid5';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('sha1', () => {
  it.each([
    ['', 'da39a3ee5e6b4b0d3255bfef95601890afd80709'],
    ['abc', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    ['abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq', '84983e441c3bd26ebaae4aa1f95129e5e54670f1'],
    ['a'.repeat(1_000_000), '34aa973cd4c4daa4f61eeb2bdbad27316534016f'],
  ])('given a vector of RFC 3174 (%#), then the digest is the published one', (text, digest) => {
    expect(hex(sha1(bytes(text)))).toBe(digest);
  });

  it('given any bytes, then it agrees with the platform', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (message) => {
        expect(hex(sha1(message))).toBe(createHash('sha1').update(message).digest('hex'));
      }),
    );
  });
});

describe('uuid5', () => {
  it('given the vector of RFC 9562, then the id is the published one', () => {
    expect(uuid5('6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'www.example.com')).toBe(
      '2ed6657d-e927-568b-95e1-2665a8aea6a2',
    );
  });
});
