import { parentPort } from 'node:worker_threads';
import type { Errand } from './crew';
import { explore } from './run';
import { scenarioNamed } from './scenarios';

parentPort?.on('message', (errand: Errand) => {
  parentPort?.postMessage(explore(scenarioNamed(errand.scenario), errand));
});
