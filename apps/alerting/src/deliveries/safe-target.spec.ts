import { safeTarget, TargetRefused } from './safe-target';

const at =
  (...addresses: string[]) =>
  () =>
    Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));

describe('safeTarget', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '::1',
    '::',
    'fe80::1%eth0',
    'fc00::1',
    '::ffff:127.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
  ])('given a host at %s, then it is refused', async (address) => {
    await expect(safeTarget('hooks.example', [], at(address))).rejects.toThrow(TargetRefused);
  });

  it('given one public and one private address, then it is refused', async () => {
    await expect(safeTarget('hooks.example', [], at('93.184.216.34', '10.0.0.1'))).rejects.toThrow(
      '10.0.0.1',
    );
  });

  it('given a public host, then its first address is the one', async () => {
    expect(await safeTarget('hooks.example', [], at('93.184.216.34', '93.184.216.35'))).toEqual({
      host: 'hooks.example',
      address: '93.184.216.34',
      family: 4,
    });
  });

  it.each([[['10.0.0.0/8']], [['10.1.2.3']], [['relay.internal']], [['fc00::/7', 'RELAY.internal']]])(
    'given %j allowed, then a private address passes',
    async (allowed) => {
      expect(await safeTarget('relay.internal', allowed, at('10.1.2.3'))).toMatchObject({
        address: '10.1.2.3',
      });
    },
  );

  it('given a literal of IPv6 in a URL, then its brackets are no part of it', async () => {
    await expect(safeTarget('[::1]', [])).rejects.toThrow(TargetRefused);
  });
});
