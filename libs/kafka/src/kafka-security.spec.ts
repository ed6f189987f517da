import { clientSecurity } from './kafka-security';

const sasl = { mechanism: 'SCRAM-SHA-512', username: 'dualwrite', password: 'of tests' } as const;

describe('clientSecurity', () => {
  it('given PLAINTEXT, then neither encryption nor a name is used, whatever else is set', () => {
    expect(clientSecurity({ protocol: 'PLAINTEXT', sasl, ssl: { ca: 'a' } })).toEqual({});
  });

  it('given SASL_SSL, then both are', () => {
    expect(
      clientSecurity({ protocol: 'SASL_SSL', sasl, ssl: { ca: 'a', certificate: 'b', key: 'c' } }),
    ).toEqual({
      ssl: { ca: ['a'], cert: 'b', key: 'c' },
      sasl: { mechanism: 'scram-sha-512', username: 'dualwrite', password: 'of tests' },
    });
  });

  it("given SSL alone, then Node's own authorities are trusted", () => {
    expect(clientSecurity({ protocol: 'SSL' })).toEqual({ ssl: {} });
  });
});
