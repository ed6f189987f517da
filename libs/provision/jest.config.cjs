module.exports = require('../../tools/workspace/jest-base.cjs').jestProject(__dirname);
