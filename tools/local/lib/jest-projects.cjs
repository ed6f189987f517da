const { existsSync, readdirSync } = require('node:fs');
const path = require('node:path');
const { jestProject } = require('../../workspace/jest-base.cjs');

const workspaceRoot = path.resolve(__dirname, '../../..');

/** Folders of all projects with tests. */
exports.projectFolders = () =>
  ['libs', 'apps', 'tools'].flatMap((folder) =>
    readdirSync(path.join(workspaceRoot, folder))
      .map((name) => path.join(workspaceRoot, folder, name))
      .filter((project) => existsSync(path.join(project, 'jest.config.cjs'))),
  );

/** The same project with its other tests: those that need Kafka and Postgres. */
exports.intProject = (folder) => jestProject(folder, { testRegex: String.raw`\.int\.spec\.ts$` });
