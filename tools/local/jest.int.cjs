const { intProject, projectFolders } = require('./lib/jest-projects.cjs');

/**
 * Tests against real Kafka and Postgres: `*.int.spec.ts`, with KAFKA_BROKERS and DATABASE_URL in the environment
 * (`npm test` starts both; by hand: node tools/local/infra.mjs up). tools/e2e starts stacks of its own.
 */
module.exports = {
  projects: projectFolders()
    .filter((folder) => !folder.endsWith('tools/e2e'))
    .map(intProject),
  testTimeout: 60_000,
};
