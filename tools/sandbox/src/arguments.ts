import { parseArgs } from 'node:util';
import type { SandboxOptions } from './sandbox';

export const USAGE =
  'usage: main.js [--state DIR] [--fo-port N] [--dataverse-port N] [--oauth-port N] [--seed demo|none] [--events-url URL] [--standard-tables]';

/** @returns what is wrong, as text, when the arguments make no sense */
export function parseArguments(args: readonly string[]): SandboxOptions | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        state: { type: 'string' },
        'fo-port': { type: 'string', default: '0' },
        'dataverse-port': { type: 'string', default: '0' },
        'oauth-port': { type: 'string', default: '0' },
        seed: { type: 'string', default: 'none' },
        'events-url': { type: 'string' },
        'standard-tables': { type: 'boolean', default: false },
      },
    });
    const ports = [values['fo-port'], values['dataverse-port'], values['oauth-port']].map(Number);
    if (ports.some((port) => !Number.isInteger(port) || port < 0 || port > 65_535))
      return `a port is 0 to 65535\n${USAGE}`;
    if (values.seed !== 'demo' && values.seed !== 'none') return `--seed takes demo or none\n${USAGE}`;
    const [foPort = 0, dataversePort = 0, oauthPort = 0] = ports;
    return {
      stateDirectory: values.state ?? null,
      foPort,
      dataversePort,
      oauthPort,
      seed: values.seed,
      eventsUrl: values['events-url'],
      standardTables: values['standard-tables'],
    };
  } catch (error) {
    return `${(error as Error).message}\n${USAGE}`;
  }
}
