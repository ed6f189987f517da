// SAP CAP over an SQLite in memory: node libs/odata/test/cap/server.cjs
// Prints {"url"} when it listens, and ends when its standard input does.
const path = require('node:path');
const cds = require('@sap/cds');
const express = require('express');

async function main() {
  cds.root = __dirname;
  // What it refuses, the tests see for themselves.
  cds.env.log.levels = { cds: 'silent', deploy: 'silent', error: 'silent' };
  cds.env.requires.auth = { kind: 'dummy', impl: '@sap/cds/lib/srv/middlewares/auth/dummy-auth' };
  cds.env.requires.db = {
    kind: 'sqlite',
    impl: '@cap-js/sqlite',
    driver: 'sql.js',
    credentials: { url: ':memory:' },
  };
  const model = await cds.load(path.join(__dirname, 'parts.cds'));
  cds.model = cds.compile.for.nodejs(model);
  await cds.connect.to('db');
  await cds.deploy(model).to('db');
  const app = express();
  await cds.serve('all').from(model).in(app);
  const server = app.listen(0, '127.0.0.1', () => {
    process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` })}\n`);
  });
  process.stdin.resume();
  process.stdin.on('end', () => process.exit(0));
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
