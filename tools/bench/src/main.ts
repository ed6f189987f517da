import { parseArgs } from 'node:util';
import { BENCHES } from './registry';

const USAGE = `usage: npm run bench -- NAME|all [--runs N] [--rows N] [--json]
       npm run bench -- --list`;
const EXIT_WRONG_USAGE = 2;
const EXIT_ENVIRONMENT = 3;
const RUNS_DEFAULT = 5;

const talk = (text: string): void => void process.stderr.write(`${text}\n`);

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      list: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      runs: { type: 'string', default: String(RUNS_DEFAULT) },
      rows: { type: 'string' },
    },
  });
  if (values.list) {
    const benches = BENCHES.map(({ name, about }) => ({ name, about }));
    process.stdout.write(
      values.json
        ? `${JSON.stringify({ benches })}\n`
        : benches.map(({ name, about }) => `${name}  ${about}\n`).join(''),
    );
    return 0;
  }
  const runs = Number(values.runs);
  const size = sizeOf(values.rows);
  const [name] = positionals;
  const chosen = BENCHES.filter((bench) => name === 'all' || bench.name === name);
  if (chosen.length === 0 || !Number.isInteger(runs) || runs < 1 || size === null) {
    talk(USAGE);
    return EXIT_WRONG_USAGE;
  }
  const { KAFKA_BROKERS, DATABASE_URL } = process.env;
  if (!KAFKA_BROKERS || !DATABASE_URL) {
    talk('KAFKA_BROKERS and DATABASE_URL are not set: run it by `npm run bench`, which starts both.');
    return EXIT_ENVIRONMENT;
  }
  const environment = { brokers: KAFKA_BROKERS.split(','), databaseUrl: DATABASE_URL };
  const results = [];
  for (const bench of chosen) results.push(await bench.run({ runs, ...size, talk, environment }));
  const answer = name === 'all' ? { benches: results } : results[0];
  if (values.json) process.stdout.write(`${JSON.stringify(answer)}\n`);
  else for (const result of results) talk(JSON.stringify(result, null, 2));
  return 0;
}

/** Null: it is no positive whole number. */
function sizeOf(rows: string | undefined): { rows?: number } | null {
  if (rows === undefined) return {};
  const count = Number(rows);
  return Number.isInteger(count) && count >= 1 ? { rows: count } : null;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    talk(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exit(1);
  },
);
