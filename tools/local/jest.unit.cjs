const { projectFolders } = require('./lib/jest-projects.cjs');

/** Unit tests of all projects: `*.spec.ts` beside the code. */
module.exports = { projects: projectFolders() };
