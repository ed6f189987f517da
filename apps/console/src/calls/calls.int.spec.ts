import { ClientKafka } from '@nestjs/microservices';
import { firstValueFrom, timeout } from 'rxjs';
import { eventually } from '@dualwrite/testing';
import { aMapDocument, ConsoleWorld } from '../testing/console-world';

jest.setTimeout(60_000);

/** kafkajs' logLevel.NOTHING. */
const QUIET = 0;

const CALL = '11111111-1111-4111-8111-111111111111';
const call = {
  map: 'units',
  id: CALL,
  side: 'dataverse',
  row: 'U1',
  fields: { name: 'B' },
  deadlineMs: 5_000,
};

describe('given a program that calls by a Nest client over Kafka', () => {
  const world = new ConsoleWorld();
  const brokers = (process.env['KAFKA_BROKERS'] ?? '').split(',');
  const asked: unknown[] = [];
  let client: ClientKafka;
  const send = (body: object): Promise<unknown> => firstValueFrom(client.send(world.names.calls, body));

  beforeAll(async () => {
    // Asked before anybody listened, by somebody who is gone.
    await world.link.ensureTopics([{ name: world.names.calls, partitions: 3 }]);
    const headers = {
      kafka_correlationId: 'old',
      kafka_replyTopic: world.names.callReplies,
      kafka_replyPartition: '0',
    };
    const value = Buffer.from(JSON.stringify({ ...call, row: 'TOO-OLD' }));
    await world.link.producer().publish([{ topic: world.names.calls, key: null, value, headers }]);
    await world.start();
    world.mapperSays = (_method, url, body) => {
      if (!url.includes('/calls')) return undefined;
      asked.push(body);
      return {
        call: { ...call, outcome: 'applied', by: null, code: null, text: null, shown: { name: 'B' } },
      };
    };
    await world.post('maps:apply', { documents: [aMapDocument('units')] });
    client = new ClientKafka({
      client: { clientId: world.prefix, brokers, logLevel: QUIET },
      consumer: { groupId: `${world.prefix}.program` },
    });
    client.subscribeToResponseOf(world.names.calls);
    await client.connect();
    await eventually(() => world.names.callReplies in client.getConsumerAssignments(), {
      until: 'it has a partition to be answered on',
    });
    // What comes before a console has joined has nobody who takes it.
    const first = client.send<object>(world.names.calls, call).pipe(timeout(500));
    await eventually(
      () =>
        firstValueFrom(first).then(
          () => true,
          () => false,
        ),
      {
        until: 'a console takes calls',
      },
    );
  });
  afterAll(async () => {
    await client.close();
    await world.close();
  });

  it('when the other side takes it, then the client has the answer', async () => {
    expect(await send(call)).toMatchObject({
      id: CALL,
      map: 'units',
      outcome: 'applied',
      target: { name: 'B' },
    });
    expect(asked.at(-1)).toMatchObject({ side: 'dataverse', row: 'U1', cells: { name: 'B' } });
  });

  it('when there is no such map, then the client has the problem', async () => {
    await expect(send({ ...call, map: 'nobody' })).rejects.toMatchObject({ status: 404 });
  });

  it('when what it sends is no call, then the problem names the field', async () => {
    await expect(send({ ...call, side: 'left' })).rejects.toMatchObject({
      status: 400,
      errors: [{ field: 'side' }],
    });
  });

  it('when many call at once, then each has its own answer', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => send(call)));
    expect(answers).toHaveLength(50);
    for (const answer of answers) expect(answer).toMatchObject({ outcome: 'applied' });
    expect(asked).not.toContainEqual(expect.objectContaining({ row: 'TOO-OLD' }));
  });
});
