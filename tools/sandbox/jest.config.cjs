const path = require('node:path');
const { jestProject } = require('../../tools/workspace/jest-base.cjs');

module.exports = jestProject(__dirname, { setupFilesAfterEnv: [path.join(__dirname, 'jest.setup.cjs')] });
