import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runModule } from './run-module';

describe('given a broker that was killed', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'dualwrite-kafka-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('when it is killed again while it starts, then whoever waits for it tries once more', async () => {
    const answers = await runModule(`
      import { startKafka } from './kafka.mjs';
      import { kafkaAnswers } from './lib/kafka-answers.mjs';
      import { waitUntil } from './lib/wait-until.mjs';
      const deaths = [];
      const kafka = await startKafka({ directory: ${JSON.stringify(directory)}, heapMb: 256, onExit: (node) => deaths.push(node) });
      const kill = async () => {
        const [pid] = kafka.pids();
        process.kill(pid, 'SIGKILL');
        await waitUntil(() => kafka.pids()[0] !== pid, { what: 'it is dead', deadlineMs: 10_000, everyMs: 10 });
      };
      await kill();
      let attempts = 0;
      const back = waitUntil(
        async () => { attempts += 1; await kafka.startNode(1); return true; },
        { what: 'it is back', deadlineMs: 60_000 },
      );
      await waitUntil(() => kafka.pids().length === 1, { what: 'it is being started', deadlineMs: 10_000, everyMs: 10 });
      await kill();
      await back;
      const isThere = await kafkaAnswers(kafka.brokers[0]);
      await kafka.stop();
      console.log(JSON.stringify({ attempts, isThere, deaths }));
    `);
    expect(answers).toEqual({ attempts: 2, isThere: true, deaths: [1] });
  }, 120_000);
});
