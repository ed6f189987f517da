import path from 'node:path';
import { workspaceRoot } from '../lib/workspace.mjs';

/** In the order in which they are ended: first those who give work, last those who do it. */
export const SERVICES = [
  'console',
  'initial-sync',
  'mapper',
  'fo-connector',
  'dataverse-connector',
  'alerting',
];

/** Node would rather take memory than collect: a service needs far less than this machine has. As in deploy/docker. */
export const SERVICE_NODE_FLAGS = ['--max-old-space-size=160', '--max-semi-space-size=4'];

export const entryOf = (project) => path.join(workspaceRoot, 'dist', project, 'src/main.js');

/** URL of the first replica of each service, as the others are told: `MAPPER_URL`, `FO_CONNECTOR_URL`. */
export function serviceUrls(ports) {
  return Object.fromEntries(
    SERVICES.map((name) => [
      `${name.toUpperCase().replaceAll('-', '_')}_URL`,
      `http://127.0.0.1:${ports[`${name}/1`]}`,
    ]),
  );
}

/** Environment of a service: what the caller's environment says (OTEL_*, TABLES, MAPS, LOG_LEVEL), then ours. */
export function serviceEnvironment({ name, replica, ports, infra, sandbox, state, userCount = 1 }) {
  return {
    // No budget to be spared on one machine: changes are looked for more often than in production.
    FEED_INTERVAL_MS: '40',
    SWEEP_INTERVAL_MS: '10000',
    FEED_HEAL_INTERVAL_MS: '5000',
    ROW_VERSION_INTERVAL_MS: '250',
    // The sandbox refuses old versions.
    FO_HONOURS_IF_MATCH: 'true',
    // The sandboxes answer at once: a request without an answer is lost sooner than in the cloud.
    REQUEST_DEADLINE_MS: '3000',
    WRITE_SETTLE_MS: '500',
    // Requests of a run are those that it causes: dw rolling set MAP --rate turns it on.
    VERIFY_ROWS_PER_MINUTE: '0',
    // People of a chaos run delete as they like.
    DELETE_COUNT_MAX: '1000000',
    DELETE_PERCENT_MAX: '100',
    // Nor have they limits, unless they are told to.
    BUDGET_REQUEST_COUNT_MAX: '0',
    BUDGET_EXECUTION_MS_MAX: '0',
    ...callersEnvironment(),
    NODE_ENV: 'production',
    KAFKA_BROKERS: infra.kafka.brokers.join(','),
    DATABASE_URL: infra.postgres.url,
    KAFKAJS_NO_PARTITIONER_WARNING: '1',
    FO_URL: sandbox.fo.url,
    DATAVERSE_URL: sandbox.dataverse.url,
    // Where row versions of F&O's tables are asked, of those that the sandbox tracks (its option rowVersionTables).
    VIRTUAL_TABLES_URL: sandbox.dataverse.url,
    OAUTH_TOKEN_URL: sandbox.oauth.tokenUrl,
    ...usersEnvironment(sandbox.oauth, userCount),
    ...serviceUrls(ports),
    HOST: '127.0.0.1',
    PORT: String(ports[`${name}/${replica}`]),
    API_TOKEN: state.apiToken,
    EVENTS_KEY: state.eventsKey,
    WEBHOOK_URL: `http://127.0.0.1:${ports['dataverse-connector/1']}/webhooks`,
    WEBHOOK_KEYS: state.eventsKey,
    SAVE_KEYS: state.eventsKey,
    EVENTS_URL: `http://127.0.0.1:${ports['fo-connector/1']}/events`,
    // The same across restarts: a replica that comes back takes over its own name, nobody waits for the dead one.
    INSTANCE_ID: `${name}-${replica}`,
    PARENT_PID: String(process.pid),
  };
}

/** The sandboxes take any client id with the right secret. */
function usersEnvironment({ clientId, clientSecret }, count) {
  if (count === 1) return { OAUTH_CLIENT_ID: clientId, OAUTH_CLIENT_SECRET: clientSecret };
  const users = Array.from({ length: count }, (_, index) => ({
    clientId: `${clientId}-${index + 1}`,
    secretEnv: 'SANDBOX_CLIENT_SECRET',
  }));
  return { OAUTH_USERS: JSON.stringify(users), SANDBOX_CLIENT_SECRET: clientSecret };
}

/** Without what npm adds for its scripts: it means nothing to a service. */
export function callersEnvironment() {
  return Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.startsWith('npm_')));
}
