import { randomUUID } from 'node:crypto';
import { decodeMessage, encodeMessage, Names, type MapRecord, type MapStatus } from '@dualwrite/events';
import { KafkaLink } from '@dualwrite/kafka';
import { resolveMap, type TableMap } from '@dualwrite/maps';
import { schemaFromJson, type TableSchema } from '@dualwrite/schemas';
import { commonTopics } from '@dualwrite/service';
import { configureLog } from '@dualwrite/telemetry';
import { DataSource } from 'typeorm';
import { CHUNK_COUNT, ROWS_PER_CHUNK, ScriptedConnectors } from './testing/scripted-connectors';
import { ServiceProcess } from './testing/service-process';

const TOKEN = 'test-token';

describe('initial-sync as a process on Kafka and Postgres', () => {
  const prefix = `t${randomUUID().slice(0, 8)}`;
  const names = new Names(prefix);
  const brokers = (process.env['KAFKA_BROKERS'] ?? '').split(',');
  const databaseName = `initial_sync_${prefix}`;
  const link = new KafkaLink({ brokers, clientId: 'test' });
  const services: ServiceProcess[] = [];
  const connectors = new ScriptedConnectors(link, names);
  const said: MapStatus[] = [];
  let admin: DataSource;
  let databaseUrl: string;

  beforeAll(async () => {
    configureLog({ level: 'silent' });
    admin = await new DataSource({ type: 'postgres', url: process.env['DATABASE_URL'] }).initialize();
    await admin.query(`CREATE DATABASE ${databaseName}`);
    const database = new URL(process.env['DATABASE_URL'] ?? '');
    database.pathname = `/${databaseName}`;
    databaseUrl = database.href;
    await link.ensureTopics([
      ...commonTopics(names),
      { name: names.observations('fo', 'Units'), partitions: 1 },
      { name: names.observations('dataverse', 'unit'), partitions: 1 },
    ]);
    await connectors.start();
    await link.readCompacted({
      topic: names.status,
      groupPrefix: `${prefix}.test`,
      onRecord: (record) => {
        const { message } = decodeMessage(record, 'status');
        if (message.kind === 'map' && message.service === 'initial-sync') said.push(message);
      },
    });
  }, 60_000);
  afterAll(async () => {
    await Promise.all(services.map((service) => service.end('SIGKILL')));
    await connectors.stop();
    await link.close();
    await admin.query(`DROP DATABASE ${databaseName} WITH (FORCE)`);
    await admin.destroy();
  }, 60_000);

  it('given a started map, when the process is killed in the middle, then the next one goes on with the chunk that was asked', async () => {
    await publishMap({ runEpoch: 1, baseline: 1 });
    // The connector keeps the answer to the fourth chunk to itself until the process is dead.
    connectors.withhold = ({ table, chunk }) => table === 'Units' && chunk === 3;
    const first = await start();
    await until(() => connectors.withheld.length > 0);
    await first.end('SIGKILL');
    connectors.withhold = () => false;
    await connectors.answerWithheld();
    const second = await start();
    await until(() => said.at(-1)?.state === 'running');

    const chunks = connectors.asked.filter(
      (request) => request.table === 'Units' && request.kind === 'read-chunk',
    );
    expect(new Set(chunks.map((request) => request.id)).size).toBe(CHUNK_COUNT);
    const { runs } = await second.get<{ runs: object[] }>('api/v1/runs?map=units');
    expect(runs).toMatchObject([
      {
        map: 'units',
        baseline: 1,
        state: 'done',
        read: { fo: CHUNK_COUNT * ROWS_PER_CHUNK, dataverse: CHUNK_COUNT * ROWS_PER_CHUNK },
        tables: [
          { side: 'dataverse', table: 'unit', company: '*', state: 'done', chunks: CHUNK_COUNT },
          { side: 'fo', table: 'Units', state: 'done', read: 60 },
        ],
      },
    ]);
    expect(said.some((status) => status.state === 'initial-sync')).toBe(true);
    expect(said.at(-1)).toMatchObject({ map: 'units', state: 'running', confirmedRunEpoch: 1 });
    await second.end('SIGTERM');
  }, 60_000);

  it('given two replicas, when the map starts anew and one is killed, then the other ends the run', async () => {
    const replicas = await Promise.all([start(), start()]);
    connectors.withhold = ({ table, chunk }) => table === 'unit' && chunk === 2;
    connectors.withheld.length = 0;
    await publishMap({ runEpoch: 3, baseline: 2 });
    await until(() => connectors.withheld.length > 0);
    // Whichever of them holds the lease.
    await replicas[0].end('SIGKILL');
    connectors.withhold = () => false;
    await connectors.answerWithheld();
    await until(() => said.at(-1)?.state === 'running' && said.at(-1)?.confirmedRunEpoch === 3);
    const { runs } = await replicas[1].get<{ runs: object[] }>('api/v1/runs');
    expect(runs).toMatchObject([{ baseline: 2, state: 'done' }]);
  }, 60_000);

  async function start(): Promise<ServiceProcess> {
    const service = await ServiceProcess.start({
      KAFKA_BROKERS: brokers.join(','),
      DATABASE_URL: databaseUrl,
      TOPIC_PREFIX: prefix,
      API_TOKEN: TOKEN,
      INSTANCE_ID: `i${services.length}`,
      PARENT_PID: String(process.pid),
      ANSWER_TIMEOUT_MS: '3000',
    });
    services.push(service);
    return service;
  }

  async function publishMap(run: { runEpoch: number; baseline: number }): Promise<void> {
    const changedAt = new Date().toISOString();
    const record: MapRecord = {
      name: 'units',
      version: 1,
      definition: aDefinition(),
      desired: 'running',
      ...run,
      changedAt,
    };
    const { value, headers } = encodeMessage('map', record);
    await connectors.confirm('units', run.runEpoch);
    await link.producer().publish([{ topic: names.maps, key: 'units', value, headers }]);
  }
});

function aDefinition(): unknown {
  const map: TableMap = {
    apiVersion: 'dualwrite.io/v1',
    kind: 'TableMap',
    metadata: { name: 'units' },
    spec: {
      fo: { entity: 'Units' },
      dataverse: { table: 'unit' },
      key: [{ fo: 'UnitId', dataverse: 'code' }],
      fields: [{ fo: 'UnitId', dataverse: 'code' }],
    },
  };
  const schemas = {
    fo: [aSchema('fo', 'Units', 'UnitId')],
    dataverse: [aSchema('dataverse', 'unit', 'unitid')],
  };
  return resolveMap(map, schemas).map;
}

function aSchema(side: 'fo' | 'dataverse', table: string, key: string): TableSchema {
  const columns = [
    { name: key, type: side === 'fo' ? ('string' as const) : ('guid' as const), nullable: false },
    { name: 'code', type: 'string' as const, nullable: true },
  ];
  return schemaFromJson({
    side,
    table,
    entitySet: table,
    entityType: table,
    key: [key],
    columns,
    companyColumn: null,
  });
}

async function until(isDone: () => boolean, deadlineMs = 30_000): Promise<void> {
  const endsAt = Date.now() + deadlineMs;
  while (!isDone()) {
    if (Date.now() > endsAt) throw new Error(`not within ${deadlineMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
