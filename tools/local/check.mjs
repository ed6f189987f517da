// npm run check: format, lint, types and unit tests of the whole workspace; no Kafka, no Postgres.
import { runToEnd } from './lib/command.mjs';
import { installPackages } from './lib/install.mjs';
import { requireNode } from './lib/requirements.mjs';
import { staticChecks, Steps, unitTests } from './lib/steps.mjs';

runToEnd(async (signal) => {
  requireNode();
  await installPackages({ onTalk: (text) => process.stderr.write(`${text}\n`), signal });
  const steps = new Steps(signal);
  await staticChecks(steps);
  await unitTests(steps);
  return steps.report();
});
