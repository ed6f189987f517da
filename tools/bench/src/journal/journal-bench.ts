import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { encodeMessage, Names, type JournalEntry } from '@dualwrite/events';
import { KafkaLink, type OutgoingRecord } from '@dualwrite/kafka';
import { Client } from 'pg';
import type { Bench, BenchResult } from '../bench';
import { Child } from '../child';
import { machine } from '../machine';
import { scratchDatabase } from '../scratch-database';
import { percentile, rounded } from '../statistics';

const RATE_PER_S = 2_000;
const STEADY_S = 20;
const TURN_MS = 50;
const LOOK_MS = 100;
const BACKLOG_COUNT = 60_000;
const PUBLISH_COUNT_MAX = 2_000;
const TOKEN = 'bench-token';

/**
 * How far the journal in Postgres is behind `dw.journal` at 2,000 entries a second, and how fast it takes in a backlog.
 * The service as it is shipped, with rules that it looks at meanwhile. Against the rate that it has to carry.
 */
export const journalBench: Bench = {
  name: 'journal',
  about: `how far the journal is behind at ${RATE_PER_S} entries/s, and how fast it takes in a backlog`,
  async run({ talk, environment }): Promise<BenchResult> {
    const prefix = `bench${randomBytes(4).toString('hex')}`;
    const database = await scratchDatabase(environment.databaseUrl, prefix);
    const link = new KafkaLink({ brokers: environment.brokers, clientId: `${prefix}-bench` });
    const sql = new Client({ connectionString: database.url });
    const alerting = Child.start(path.resolve(__dirname, '../../../../apps/alerting/src/main.js'), {
      KAFKA_BROKERS: environment.brokers.join(','),
      DATABASE_URL: database.url,
      TOPIC_PREFIX: prefix,
      API_TOKEN: TOKEN,
      LOG_LEVEL: 'warn',
    });
    try {
      const { url } = await alerting.answer('service.listening');
      await sql.connect();
      await makeRules(String(url));
      const world = new JournalWorld(link, sql, new Names(prefix).journal);
      await world.backlog(RATE_PER_S);
      const behind = await world.steady();
      const ratePerS = await world.backlog(BACKLOG_COUNT);
      talk(
        `behind at most ${Math.max(...behind)} ms at ${RATE_PER_S}/s; a backlog goes in at ${Math.round(ratePerS)}/s`,
      );
      return {
        name: 'journal',
        machine: machine(),
        reference: { name: 'rate that it has to carry', value: RATE_PER_S, unit: 'entries/s' },
        ours: { value: Math.round(ratePerS), unit: 'entries/s' },
        ratio: rounded(ratePerS / RATE_PER_S),
        runs: 1,
        spread: 0,
        details: {
          steady: {
            ratePerS: RATE_PER_S,
            seconds: STEADY_S,
            behindMs: {
              p50: percentile(behind, 0.5),
              p99: percentile(behind, 0.99),
              max: Math.max(...behind),
            },
          },
        },
      };
    } finally {
      await alerting.stop();
      await sql.end();
      await link.close();
      await database.drop();
    }
  },
};

/** A rule of each cost: over a short span, over a long one, and over facts. */
async function makeRules(url: string): Promise<void> {
  const conditions = [
    { kind: 'entries', classes: ['application'], atLeast: 1_000_000, within: '15m' },
    { kind: 'entries', severities: ['error'], atLeast: 1_000_000, within: '1d' },
    { kind: 'lag', above: '5m' },
  ];
  for (const [index, when] of conditions.entries()) {
    const response = await fetch(`${url}/api/v1/alerting/rules/bench-${index}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({ when }),
    });
    if (!response.ok) throw new Error(`rule: ${response.status} ${await response.text()}`);
  }
}

class JournalWorld {
  private sentCount = 0;

  constructor(
    private readonly link: KafkaLink,
    private readonly sql: Client,
    private readonly topic: string,
  ) {}

  /** @returns entries per second, from the first one sent to the last one stored */
  async backlog(count: number): Promise<number> {
    const records = Array.from({ length: count }, () => this.next());
    const beganMs = Date.now();
    for (let at = 0; at < records.length; at += PUBLISH_COUNT_MAX) {
      await this.link.producer().publish(records.slice(at, at + PUBLISH_COUNT_MAX));
    }
    while ((await this.storedCount()) < this.sentCount) await delay(LOOK_MS);
    return count / ((Date.now() - beganMs) / 1_000);
  }

  /** @returns at every look the age of the entry whose number is the count of those stored, in ms; 0: all are */
  async steady(): Promise<number[]> {
    const sentAtMs: number[] = [];
    const before = this.sentCount;
    const endsAt = Date.now() + STEADY_S * 1_000;
    const sending = (async () => {
      const beganMs = Date.now();
      while (Date.now() < endsAt) {
        const due = Math.floor(((Date.now() - beganMs) / 1_000) * RATE_PER_S) - (this.sentCount - before);
        const records = Array.from({ length: due }, () => this.next());
        const nowMs = Date.now();
        for (let index = 0; index < due; index += 1) sentAtMs.push(nowMs);
        if (due > 0) await this.link.producer().publish(records);
        await delay(TURN_MS);
      }
    })();
    const behind: number[] = [];
    while (Date.now() < endsAt) {
      await delay(LOOK_MS);
      const oldestMs = sentAtMs[(await this.storedCount()) - before];
      behind.push(oldestMs === undefined ? 0 : Date.now() - oldestMs);
    }
    await sending;
    return behind;
  }

  /** Without those of alerting itself. */
  private async storedCount(): Promise<number> {
    const { rows } = await this.sql.query<{ count: string }>(
      `SELECT coalesce(sum(entry_count), 0) AS count FROM alerting.journal_count WHERE map = 'bench'`,
    );
    return Number(rows[0]?.count ?? 0);
  }

  private next(): OutgoingRecord {
    this.sentCount += 1;
    const number = this.sentCount;
    const isRefused = number % 50 === 0;
    const entry: JournalEntry = {
      id: `bench-${number}`,
      at: new Date().toISOString(),
      service: number % 2 === 0 ? 'mapper' : 'dataverse-connector',
      event: isRefused ? 'rejected' : 'applied',
      severity: isRefused ? 'error' : 'info',
      map: 'bench',
      mapVersion: 1,
      pairId: `pair-${number % 5_000}`,
      side: 'dataverse',
      table: 'account',
      nativeId: `native-${number % 5_000}`,
      rowId: null,
      key: number % 2 === 0 ? `usmf/US-${number % 5_000}` : null,
      intent: null,
      code: isRefused ? '0x80040217' : 'update',
      text: isRefused ? `account 'US-${number}' is taken` : null,
      fields: [{ field: 'name', dataverse: `Contoso ${number}` }],
      traceId: null,
    };
    return { topic: this.topic, key: `bench/pair-${number % 5_000}`, ...encodeMessage('journal', entry) };
  }
}
