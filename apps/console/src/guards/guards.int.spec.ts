import { eventually } from '@dualwrite/testing';
import { aMapDocument, ConsoleWorld, taken } from '../testing/console-world';

jest.setTimeout(60_000);

describe('what pauses maps without a person', () => {
  const world = new ConsoleWorld();
  let end: () => void = () => undefined;

  beforeAll(async () => {
    await world.start();
    await world.post('maps:apply', { documents: [aMapDocument('groups'), aMapDocument('units')] });
    end = await world.everybodyConfirms(['groups', 'units']);
    await world.post('maps:start', { names: ['groups', 'units'] });
  });
  afterAll(async () => {
    end();
    await world.close();
  });

  /** A schedule whose occurrence of today began a minute ago. */
  const aMinuteAgo = () => {
    const begin = new Date(Date.now() - 60_000);
    return `${begin.getUTCMinutes()} ${begin.getUTCHours()} * * *`;
  };
  const desired = (map: string) => world.record(map)?.desired;

  it('given a window that is open now, then its maps pause with its reason, others do not; removed, they stay paused', async () => {
    const window = { maps: ['units'], cron: aMinuteAgo(), minutes: 60, reason: 'weekly upgrade' };
    const { status, body } = await world.request('PUT', 'windows/weekly', window);
    expect([status, body]).toMatchObject([200, { windows: [{ name: 'weekly', timezone: 'UTC' }] }]);
    await eventually(() => desired('units') === 'paused');
    expect(desired('groups')).toBe('running');
    // Until all have confirmed, that is the reason.
    await eventually(async () =>
      JSON.stringify((await world.get('maps/units')).body).includes(
        'paused by window weekly: weekly upgrade',
      ),
    );
    await eventually(() =>
      world.journal.some(
        ({ code, text, severity }) => code === 'pause' && severity === 'warning' && /weekly/.test(text ?? ''),
      ),
    );
    expect((await world.request('DELETE', 'windows/weekly')).status).toBe(200);
    expect((await world.request('DELETE', 'windows/weekly')).status).toBe(404);
    await world.post('maps/units:resume', {});
  });

  it('given a window whose occurrence is over, then what it has paused goes on, and what a person has paused does not', async () => {
    await world.request('PUT', 'windows/w', { maps: null, cron: aMinuteAgo(), minutes: 60 });
    await eventually(() => desired('units') === 'paused' && desired('groups') === 'paused');
    await world.post('maps/groups:resume', {});
    await world.post('maps/groups:pause', { reason: 'by hand' });
    // Now it is not open any more: a day that comes once in four years.
    await world.request('PUT', 'windows/w', { maps: null, cron: '0 0 29 2 *', minutes: 1 });
    await eventually(() => desired('units') === 'running');
    expect(desired('groups')).toBe('paused');
    await world.request('DELETE', 'windows/w');
    await world.post('maps/groups:resume', {});
  });

  it('given a rule on parked pairs, when more are parked than it allows, then that map pauses, with the reason', async () => {
    const counts = (parked: number) => ({
      ...{ examined: 100, written: { fo: 0, dataverse: 0 }, unchanged: 100 - parked, filtered: 0 },
      ...{ parked, waiting: 0, held: 0, open: 0 },
    });
    const runEpoch = world.record('units')?.runEpoch ?? 0;
    await world.request('PUT', 'rules/flood', { parkedCount: 5, withinSeconds: 600 });
    // Again and again: the confirmation of the last resume may come behind it.
    await eventually(async () => {
      await world.say({ ...taken('units', 'mapper', runEpoch), counts: counts(3) });
      return JSON.stringify((await world.get('status')).body).includes('"parked":3');
    });
    await world.say({
      ...taken('groups', 'mapper', world.record('groups')?.runEpoch ?? 0),
      counts: counts(0),
    });
    await grownFrom3();
    await eventually(() => desired('units') === 'paused');
    expect(desired('groups')).toBe('running');
    await eventually(async () =>
      /paused by rule flood: \d+ pairs were parked within 600 s/.test(
        JSON.stringify((await world.get('maps/units')).body),
      ),
    );

    async function grownFrom3(): Promise<void> {
      let parked = 3;
      await eventually(async () => {
        parked += 1;
        await world.say({ ...taken('units', 'mapper', runEpoch), counts: counts(parked) });
        return desired('units') === 'paused';
      });
    }
  });

  it.each([
    ['windows/x', { cron: 'now and then', minutes: 5 }, 400, 'schedule-invalid'],
    ['windows/x', { cron: '0 1 * * *', minutes: 0 }, 400, 'body-invalid'],
    ['windows/x', { cron: '0 1 * * *', minutes: 5, maps: ['nobody'] }, 404, 'map-unknown'],
    ['windows/no%20name', { cron: '0 1 * * *', minutes: 5 }, 400, 'name-invalid'],
    ['rules/x', { parkedCount: 1, withinSeconds: 1_000_000 }, 400, 'body-invalid'],
  ])(
    'given what is not valid, when %s is set to %j, then it is refused',
    async (path, body, status, code) => {
      expect(await world.request('PUT', path, body)).toMatchObject({ status, body: { code } });
    },
  );
});
