import { parseArgs } from 'node:util';
import { INVARIANTS } from './check';
import { explore, runOnce } from './run';
import { SAFEGUARDS, SCENARIOS, type Safeguard, type Scenario } from './scenarios';

const { values } = parseArgs({
  options: {
    scenario: { type: 'string', default: 'all' },
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    without: { type: 'string' },
    trace: { type: 'string' },
    list: { type: 'boolean', default: false },
    safeguards: { type: 'boolean', default: false },
  },
});

const seeds = Number(values.seeds);
const from = Number(values.from);

function named(name: string): Scenario {
  const scenario = SCENARIOS[name];
  if (!scenario)
    throw new Error(`no scenario is named ${name}; there are ${Object.keys(SCENARIOS).join(', ')}`);
  return scenario;
}

function without(): Safeguard[] {
  return (values.without?.split(',') ?? []).map((name) => {
    if (!Object.hasOwn(SAFEGUARDS, name)) throw new Error(`no safeguard is named ${name}`);
    return name as Safeguard;
  });
}

function print(name: string, removed: readonly Safeguard[]): void {
  const { parks, ...found } = explore(named(name), { seeds, from, without: removed });
  const parked = Object.values(parks).reduce((sum, count) => sum + count, 0);
  const line = {
    scenario: name,
    without: removed.join(','),
    ...found,
    parksPercent: (100 * parked) / seeds,
    parks,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

if (values.list) {
  process.stdout.write(
    `${JSON.stringify({ scenarios: Object.keys(SCENARIOS), invariants: INVARIANTS, safeguards: SAFEGUARDS })}\n`,
  );
} else if (values.trace) {
  const result = runOnce(Number(values.trace), named(values.scenario), {
    without: without(),
    trace: (step, words) =>
      process.stdout.write(`${step} ${words.map((word) => JSON.stringify(word)).join(' ')}\n`),
  });
  process.stdout.write(`${JSON.stringify(result)}\n`);
} else if (values.safeguards) {
  for (const [safeguard, scenario] of Object.entries(SAFEGUARDS)) print(scenario, [safeguard as Safeguard]);
} else {
  const names = values.scenario === 'all' ? Object.keys(SCENARIOS) : values.scenario.split(',');
  for (const name of names) print(name, without());
}
