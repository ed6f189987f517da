import { aMapDocument, ConsoleWorld } from '../testing/console-world';

jest.setTimeout(60_000);

const KEY = 'a-key-for-saves-that-ask';
const ID = '0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0';
const CALL = '11111111-1111-4111-8111-111111111111';
const HEADERS = { 'x-dualwrite-key': KEY, 'content-type': 'application/json' };
const context = (name: string, message = 'Update'): string =>
  JSON.stringify({
    MessageName: message,
    PrimaryEntityName: 'unit',
    PrimaryEntityId: ID,
    InputParameters: [{ key: 'Target', value: { Attributes: [{ key: 'name', value: name }] } }],
  });

describe('given a side that asks before it saves', () => {
  const world = new ConsoleWorld();
  const asked: unknown[] = [];
  let call: object = {};

  beforeAll(async () => {
    await world.start({ SAVE_KEYS: KEY });
    world.mapperSays = (_method, url, body) => {
      if (!url.includes('/calls')) return undefined;
      asked.push(body);
      return { call: { id: CALL, side: 'dataverse', row: ID, code: null, text: null, shown: null, ...call } };
    };
    await world.post('maps:apply', { documents: [aMapDocument('units'), aMapDocument('groups')] });
    const over = await world.everybodyConfirms(['units', 'groups']);
    await world.post('maps:start', { names: ['units', 'groups'] });
    over();
  });
  afterAll(() => world.close());
  beforeEach(() => (asked.length = 0));

  it('when the other side takes it, then the save goes on', async () => {
    call = { outcome: 'applied', by: 'dualwrite', shown: { UnitName: 'B' } };
    expect(await world.send('/saves/dataverse', HEADERS, context('B'))).toMatchObject({
      status: 200,
      body: { code: 'applied' },
    });
    expect(asked).toMatchObject([{ side: 'dataverse', row: ID, cells: { name: 'B' }, onlyMapped: true }]);
  });

  it('when the other side refuses, then the save ends with its words', async () => {
    call = { outcome: 'rejected', by: 'fo', code: 'field', text: 'The name is taken' };
    expect(await world.send('/saves/dataverse', HEADERS, context('B'))).toMatchObject({
      status: 409,
      body: { code: 'field', detail: 'Finance and Operations: The name is taken' },
    });
  });

  it('when a row is made, then all that the map reads of it is told, and its id; when it is deleted, its id alone', async () => {
    call = { outcome: 'rejected', by: 'fo', code: 'field', text: 'No more units' };
    expect(await world.send('/saves/dataverse', HEADERS, context('B', 'Create'))).toMatchObject({
      status: 409,
      body: { detail: 'Finance and Operations: No more units' },
    });
    expect(await world.send('/saves/dataverse', HEADERS, context('B', 'Delete'))).toMatchObject({
      status: 409,
    });
    expect(asked).toMatchObject([
      { kind: 'create', row: ID, cells: { name: 'B' } },
      { kind: 'delete', row: ID, cells: {} },
    ]);
    expect(await world.send('/saves/dataverse', HEADERS, context('B', 'Assign'))).toMatchObject({
      status: 200,
      body: { code: 'not-asked-about' },
    });
  });

  it('when F&O asks, then it is the same the other way', async () => {
    call = { side: 'fo', outcome: 'rejected', by: 'dataverse', code: 'x', text: 'no' };
    const body = JSON.stringify({ entity: 'Units', row: 'U1', fields: { UnitName: 'B' } });
    expect(await world.send('/saves/fo', HEADERS, body)).toMatchObject({
      status: 409,
      body: { detail: 'Dataverse: no' },
    });
    expect(asked).toMatchObject([{ side: 'fo', row: 'U1', cells: { UnitName: 'B' } }]);
  });

  it.each([
    ['shows no key', 401, { 'content-type': 'application/json' }, context('B')],
    ['shows another key', 401, { ...HEADERS, 'x-dualwrite-key': 'another' }, context('B')],
    ['sends no JSON', 400, HEADERS, '{'],
    ['sends too much', 413, HEADERS, context('B'.repeat(600_000))],
  ])('when somebody %s, then %i, and nobody is asked', async (_, status, headers, body) => {
    expect((await world.send('/saves/dataverse', headers, body)).status).toBe(status);
    expect(asked).toEqual([]);
  });

  it('when somebody calls by the API, then fields that are none are named, and the answer is told', async () => {
    expect(
      await world.post('maps/units/calls', { side: 'dataverse', row: 'U1', fields: { fax: 'x' } }),
    ).toMatchObject({ status: 400, body: { errors: [{ field: 'fields.fax' }] } });
    expect(
      await world.post('maps/units/calls', { side: 'dataverse', row: 'U1', fields: { name: 0.5 } }),
    ).toMatchObject({
      status: 400,
      body: { errors: [{ message: expect.stringContaining('as text') as string }] },
    });
    call = { outcome: 'applied', shown: { UnitName: 'B' } };
    expect(
      await world.post('maps/units/calls', { side: 'dataverse', row: 'U1', fields: { name: 'B' } }),
    ).toMatchObject({ status: 200, body: { id: CALL, outcome: 'applied', target: { UnitName: 'B' } } });
    expect(await world.get(`maps/units/calls/${CALL}`)).toMatchObject({ body: { outcome: 'applied' } });
  });
});
