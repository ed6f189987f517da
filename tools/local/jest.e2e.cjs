const path = require('node:path');
const { intProject } = require('./lib/jest-projects.cjs');

/** Tests of the whole: each file starts a stack of its own (tools/e2e), so one after the other. */
module.exports = {
  projects: [intProject(path.resolve(__dirname, '../e2e'))],
  testTimeout: 180_000,
  maxWorkers: 1,
};
