import { DependencyRefused } from '@dualwrite/telemetry';
import { SideUsers, type SideUser } from './side-users';

const user = (name: string, bearer: () => Promise<string>): SideUser => ({
  name,
  token: { bearer, discard: () => undefined },
});
const refused = (): Promise<string> => Promise.reject(new DependencyRefused('bad secret'));

describe('SideUsers', () => {
  it('given one of two whose credentials are refused, then he rests and the other serves', async () => {
    const bad = user('bad', refused);
    const good = user('good', () => Promise.resolve('token'));
    const users = new SideUsers([bad, good]);
    expect(await users.bearer(bad)).toBeNull();
    expect(users.serving()).toEqual([good]);
    expect(await users.bearer(good)).toBe('token');
    expect(users.serving(Date.now() + 61_000)).toEqual([bad, good]);
  });

  it('given nobody whose credentials serve, then the refusal is told, and all are tried again', async () => {
    const bad = user('bad', refused);
    const worse = user('worse', refused);
    const users = new SideUsers([bad, worse]);
    expect(await users.bearer(bad)).toBeNull();
    await expect(users.bearer(worse)).rejects.toBeInstanceOf(DependencyRefused);
    expect(users.serving()).toEqual([worse]);
  });
});
