import { eventually } from '@dualwrite/testing';
import { topicConfig } from '@dualwrite/events';
import { aMapDocument, ConsoleWorld } from './testing/console-world';

jest.setTimeout(60_000);

describe('the acts on maps, when every replica confirms', () => {
  const world = new ConsoleWorld();
  let end: () => void = () => undefined;

  beforeAll(async () => {
    await world.start();
    const documents = [aMapDocument('groups'), aMapDocument('units')];
    expect((await world.post('maps:apply', { documents })).status).toBe(200);
    end = await world.everybodyConfirms(['groups', 'units']);
    const topics = ['fo.Units', 'dataverse.unit', 'fo.Groups', 'dataverse.grp'];
    await world.link.ensureTopics(
      topics.map((table) => ({
        name: `${world.prefix}.${table}.observations`,
        partitions: 3,
        config: topicConfig('observations'),
      })),
    );
  });
  afterAll(async () => {
    end();
    await world.close();
  });

  const start = () => world.post('maps:start', { names: ['groups', 'units'] });

  it('given running maps, when one is paused that another depends on, then that one is named, refuses it, or goes along', async () => {
    expect(await start()).toMatchObject({
      status: 200,
      body: { maps: [{ confirmed: true }, { confirmed: true }] },
    });
    const refused = await world.post('maps:pause', { names: ['groups'], dependants: 'refuse' });
    expect(refused).toMatchObject({
      status: 409,
      body: { code: 'has-dependants', errors: [{ field: 'units', code: 'dependant' }] },
    });
    expect(world.record('groups')).toMatchObject({ desired: 'running' });

    const named = await world.post('maps/groups:pause', { reason: 'month end' });
    expect(named.body).toEqual({
      maps: [{ name: 'groups', state: 'paused', confirmed: true }],
      dependants: ['units'],
    });
    expect((await world.get('maps/groups')).body).toMatchObject({ reason: 'paused by token: month end' });

    await world.post('maps/groups:resume', {});
    const both = await world.post('maps:pause', { names: ['groups'], dependants: 'with' });
    expect(both.body).toEqual({
      maps: [
        { name: 'groups', state: 'paused', confirmed: true },
        { name: 'units', state: 'paused', confirmed: true },
      ],
    });
    await eventually(() =>
      world.journal.some(({ code, text }) => code === 'pause' && /month end/.test(text ?? '')),
    );
  });

  it('given a stopped map, when it goes into shadow, then it says so and with what grace; the cutover lets it run', async () => {
    await world.post('maps/units:stop', {});
    const shadowed = await world.post('maps/units:shadow', { graceMs: 60_000, reason: 'trial' });
    expect(shadowed.body).toEqual({ maps: [{ name: 'units', state: 'shadow', confirmed: true }] });
    const { baseline = 0, runEpoch = 0 } = world.record('units') ?? {};
    expect(world.record('units')).toMatchObject({ desired: 'shadow', shadow: { graceMs: 60_000 } });
    expect(await world.post('maps/units:start', {})).toMatchObject({
      status: 409,
      body: { code: 'map-in-shadow' },
    });
    world.mapperSays = (_, url) =>
      url === '/maps/units/shadow?limit=5' ? { counts: [], findings: [] } : undefined;
    expect((await world.get('maps/units/shadow?limit=5')).body).toEqual({
      map: 'units',
      state: 'shadow',
      counts: [],
      findings: [],
    });
    expect((await world.post('maps/units:cutover', {})).body).toMatchObject({ maps: [{ confirmed: true }] });
    await eventually(() => world.record('units')?.desired === 'running');
    expect(world.record('units')).toMatchObject({ baseline, runEpoch: runEpoch + 1 });
    expect(world.record('units')).not.toHaveProperty('shadow');
    await eventually(() => world.journal.some(({ code }) => code === 'cutover'));
    await world.post('maps:pause', { names: ['groups', 'units'] });
  });

  it('given a map, when its limit of deletes is set, then mappers hear of it and no run begins', async () => {
    const before = world.record('units')?.runEpoch;
    const set = await world.request('PUT', 'maps/units/delete-limit', { countMax: 5, windowMs: 60_000 });
    expect(set.body).toEqual({
      name: 'units',
      deleteLimit: { countMax: 5, windowMs: 60_000 },
      confirmed: true,
    });
    expect(world.record('units')).toMatchObject({ runEpoch: before, deleteLimit: { countMax: 5 } });
    expect((await world.request('PUT', 'maps/units/delete-limit', { countMax: -1 })).status).toBe(400);
    world.mapperSays = (method, url, body) =>
      url.startsWith('/maps/units/deletes') ? { method, url, body } : undefined;
    expect((await world.post('maps/units/deletes:release', { count: 7 })).body).toMatchObject({
      url: '/maps/units/deletes/release',
      body: { count: 7 },
    });
    expect((await world.get('maps/units/deletes')).body).toMatchObject({ url: '/maps/units/deletes' });
    await eventually(() => world.journal.some(({ code }) => code === 'delete-limit'));
  });

  it('given a company, when it is to go one way, then mappers hear of it and no run begins', async () => {
    const before = world.record('units')?.runEpoch;
    const body = { direction: 'to-dataverse', company: 'USMF' };
    expect((await world.post('maps/units:direction', body)).body).toEqual({
      name: 'units',
      directions: { companies: { usmf: 'to-dataverse' } },
      confirmed: true,
    });
    expect(world.record('units')).toMatchObject({
      runEpoch: before,
      directions: { companies: { usmf: 'to-dataverse' } },
    });
    expect((await world.post('maps/units:direction', { direction: 'up' })).status).toBe(400);
    await world.post('maps/units:direction', { direction: 'both', company: 'usmf' });
    await eventually(() => world.journal.some(({ code }) => code === 'direction'));
  });

  it('given maps in different states, when all are asked the same, then each has its own answer', async () => {
    await world.post('maps/groups:resume', {});
    expect((await world.post('maps:pause', { names: ['groups', 'units'] })).body).toMatchObject({
      maps: [
        { name: 'groups', confirmed: true },
        { name: 'units', confirmed: true },
      ],
    });
    await world.post('maps/units:stop', {});
    expect((await world.post('maps:resume', { names: ['groups', 'units'] })).body).toMatchObject({
      maps: [
        { name: 'groups', confirmed: true },
        { name: 'units', confirmed: false, refused: { code: 'map-not-paused' } },
      ],
    });
  });

  it('given a running map, when a company is removed, then its record says so, in the same run, once every mapper has it', async () => {
    await world.post('maps:start', { names: ['units'] });
    const before = world.record('units');
    const answer = await world.post('maps/units:companies', { remove: ['FRRT'] });
    expect(answer).toEqual({
      status: 200,
      body: { name: 'units', companies: { except: ['frrt'] }, confirmed: true },
    });
    expect(world.record('units')).toMatchObject({
      companies: { except: ['frrt'] },
      runEpoch: before?.runEpoch,
      version: before?.version,
    });
    expect((await world.get('maps/units')).body).toMatchObject({ companies: { except: ['frrt'] } });
    await world.post('maps/units:companies', { add: ['frrt'] });
    expect(world.record('units')?.companies).toBeUndefined();
    expect(await world.post('maps/units:companies', {})).toMatchObject({ status: 400 });
    expect(await world.post('maps/nobody:companies', { add: ['usmf'] })).toMatchObject({ status: 404 });
  });

  it('given a stopped map, when it is started without initial sync, then its record says where the past ends', async () => {
    await world.post('maps/groups:stop', {});
    expect((await world.post('maps/groups:start', { initialSync: 'skip' })).status).toBe(200);
    const skip = {
      ends: {
        [world.names.observations('fo', 'Groups')]: ['0', '0', '0'],
        [world.names.observations('dataverse', 'grp')]: ['0', '0', '0'],
      },
    };
    expect(world.record('groups')).toMatchObject({ desired: 'running', skip });
    await eventually(() =>
      world.journal.some(({ text }) => /start \(without initial sync\)/.test(text ?? '')),
    );
    await world.post('maps/groups:stop', {});
    await world.post('maps/groups:start', {});
    expect(world.record('groups')?.skip).toBeUndefined();
  });

  describe('given a paused map with changes that wait', () => {
    const topic = () => world.names.observations('fo', 'Units');
    beforeEach(async () => {
      await world.post('maps:start', { names: ['units'] });
      await world.post('maps/units:pause', {});
    });
    const changes = async (count: number) => {
      const record = { topic: topic(), key: 'kg', partition: 1, value: Buffer.from('{}') };
      for (let n = 0; n < count; n += 1) await world.link.producer().publish([record]);
    };

    it('when it is resumed and the backlog held, then the record says how far the backlog goes', async () => {
      await changes(2);
      expect((await world.post('maps/units:resume', { mode: 'hold' })).status).toBe(200);
      const high = await highOf(1);
      expect(world.record('units')?.backlog).toMatchObject({
        mode: 'hold',
        ends: { [topic()]: ['0', high, '0'] },
      });
      await world.post('maps/units:pause', {});
      await world.post('maps/units:resume', {});
      expect(world.record('units')?.backlog).toBeUndefined();
    });

    it('when it is to be discarded, then only with the number that was told, and only what it counted', async () => {
      await changes(1);
      const first = await world.post('maps/units:resume', { mode: 'discard' });
      expect(first).toMatchObject({ status: 409, body: { code: 'discard-not-confirmed' } });
      const { count } = first.body as { count: number };
      const told = await highOf(1);
      expect(BigInt(count)).toBe(BigInt(told));
      await changes(1);
      const wrong = await world.post('maps/units:resume', { mode: 'discard', discardCount: count + 7 });
      expect(wrong).toMatchObject({ status: 409, body: { count: count + 1 } });
      await changes(1);
      const right = await world.post('maps/units:resume', { mode: 'discard', discardCount: count + 1 });
      expect(right.status).toBe(200);
      expect(world.record('units')?.backlog).toEqual({
        mode: 'discard',
        ends: {
          [topic()]: ['0', String(BigInt(told) + 1n), '0'],
          [world.names.observations('dataverse', 'unit')]: ['0', '0', '0'],
        },
      });
    });

    const highOf = async (partition: number) =>
      (await world.link.admin.topicOffsets(topic())).find((one) => one.partition === partition)?.high ?? '';
  });
});
