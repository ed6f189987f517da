import { parseArgs } from 'node:util';
import { BENCHES } from './registry';

const USAGE = `usage: npm run bench -- NAME|all [--runs N] [--rows N] [--edits N] [--json]
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
      edits: { type: 'string' },
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
  const sizes = sizesOf(values);
  const [name] = positionals;
  const chosen = BENCHES.filter((bench) => name === 'all' || bench.name === name);
  if (chosen.length === 0 || !Number.isInteger(runs) || runs < 1 || sizes === null) {
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
  for (const bench of chosen) results.push(await bench.run({ runs, ...sizes, talk, environment }));
  const answer = name === 'all' ? { benches: results } : results[0];
  if (values.json) process.stdout.write(`${JSON.stringify(answer)}\n`);
  else for (const result of results) talk(JSON.stringify(result, null, 2));
  return 0;
}

/** Null: one of them is no positive whole number. */
function sizesOf(values: {
  rows?: string | undefined;
  edits?: string | undefined;
}): { rows?: number; edits?: number } | null {
  const sizes: { rows?: number; edits?: number } = {};
  for (const name of ['rows', 'edits'] as const) {
    const text = values[name];
    if (text === undefined) continue;
    const size = Number(text);
    if (!Number.isInteger(size) || size < 1) return null;
    sizes[name] = size;
  }
  return sizes;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    talk(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exit(1);
  },
);
