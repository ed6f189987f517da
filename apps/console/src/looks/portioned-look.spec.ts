import type { InternalClient } from '@dualwrite/service';
import type { DataSource } from 'typeorm';
import { looking } from './portioned-look';

describe('looking', () => {
  it('given three looks under way, then a fourth is refused, and goes once one of them has ended', async () => {
    const client = {} as InternalClient;
    const look = looking({ connectors: { fo: client, dataverse: client }, database: {} as DataSource });
    const ends: (() => void)[] = [];
    const underWay = Array.from({ length: 3 }, () =>
      look([], () => new Promise((resolve) => void ends.push(() => resolve()))),
    );
    const refused = look([], () => Promise.resolve());
    await expect(refused).rejects.toMatchObject({ status: 503, response: { code: 'looks-busy' } });
    ends.shift()?.();
    await underWay[0];
    await expect(look([], () => Promise.resolve())).resolves.toBeUndefined();
    for (const end of ends) end();
    await Promise.all(underWay);
  });
});
