import { readdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { WrongUsage } from '../lib/environment-lacks.mjs';
import { workspaceRoot } from '../lib/workspace.mjs';
import { SERVICES } from './services.mjs';

export const USAGE = `npm start -- [flags]
  --once               end when both sides are in step
  --json               one JSON object as the last line of stdout; everything else goes to stderr
  --no-stream          no demonstration edits
  --state DIR          where everything is kept (default .dualwrite)
  --reset              forget what is kept there, then start
  --brokers N          Kafka brokers (default 1)
  --replicas NAME=N    copies of a service (${SERVICES.join(', ')}, or all); may be repeated
  --users N            application users of the connectors (default 1)
  --no-seed            empty sandboxes, no maps
  --standard-tables    Dataverse as a new environment: what the maps need of it is provisioned
  --sandbox-only       only the two sandboxes and their token server: no Java, no Postgres
  --packs a,b          map packs to run, folders under libs/maps (default standard)
  --maps a,b           only these maps of the packs
  --obey               take orders from stdin, one JSON object a line: {"replicas": {"mapper": 3}}`;

/**
 * @param {string[]} args
 * @throws {WrongUsage} says what is wrong and shows the flags
 */
export function parseFlags(args) {
  let values;
  try {
    ({ values } = parseArgs({
      args,
      options: {
        once: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        'no-stream': { type: 'boolean', default: false },
        state: { type: 'string', default: '.dualwrite' },
        reset: { type: 'boolean', default: false },
        brokers: { type: 'string', default: '1' },
        users: { type: 'string', default: '1' },
        replicas: { type: 'string', multiple: true, default: [] },
        'no-seed': { type: 'boolean', default: false },
        'standard-tables': { type: 'boolean', default: false },
        'sandbox-only': { type: 'boolean', default: false },
        packs: { type: 'string', default: 'standard' },
        maps: { type: 'string', default: '' },
        obey: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    throw new WrongUsage(`${error.message}\n\n${USAGE}`);
  }
  return {
    once: values.once,
    json: values.json,
    stream: !values['no-stream'],
    // Relative to the folder that the user stands in, which npm hides behind the workspace's root.
    state: path.resolve(process.env.INIT_CWD ?? process.cwd(), values.state),
    reset: values.reset,
    brokerCount: countOf('--brokers', values.brokers),
    replicas: replicasOf(values.replicas),
    userCount: countOf('--users', values.users),
    seed: !values['no-seed'],
    standardTables: values['standard-tables'],
    sandboxOnly: values['sandbox-only'],
    packs: values['no-seed'] ? [] : packsOf(values.packs),
    maps: values.maps.split(',').filter(Boolean),
    obey: values.obey,
    help: values.help,
  };
}

function countOf(flag, text) {
  if (!/^[1-9]\d?$/.test(text))
    throw new WrongUsage(`${flag} takes a count from 1 to 99, not "${text}"\n\n${USAGE}`);
  return Number(text);
}

function replicasOf(texts) {
  const counts = Object.fromEntries(SERVICES.map((name) => [name, 1]));
  for (const text of texts.flatMap((one) => one.split(','))) {
    const [name, count] = text.split('=');
    const names = name === 'all' ? SERVICES : [name];
    if (!names.every((one) => SERVICES.includes(one)) || count === undefined) {
      throw new WrongUsage(
        `--replicas takes SERVICE=N with one of ${SERVICES.join(', ')}, all; not "${text}"\n\n${USAGE}`,
      );
    }
    for (const one of names) counts[one] = countOf('--replicas', count);
  }
  return counts;
}

function packsOf(text) {
  const folder = path.join(workspaceRoot, 'libs/maps');
  const known = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !['src', 'schema'].includes(entry.name))
    .map((entry) => entry.name);
  const packs = text.split(',').filter(Boolean);
  const unknown = packs.filter((pack) => !known.includes(pack));
  if (unknown.length > 0) {
    throw new WrongUsage(`there is no map pack ${unknown.join(', ')}; there are: ${known.join(', ')}`);
  }
  return packs.map((pack) => path.join(folder, pack));
}
