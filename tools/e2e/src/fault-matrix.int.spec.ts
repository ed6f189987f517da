import path from 'node:path';
import { runDw } from './run-dw';
import { describeFaultMatrix } from './fault-matrix.suite';
import { startStack, type RunningStack } from './running-stack';

describe('given the customer groups of one company, both ways', () => {
  let stack: RunningStack;
  beforeAll(async () => {
    stack = await startStack({ seed: false, env: { SWEEP_INTERVAL_MS: '3000' } });
    const names = ['legalentities-cdm_companies', 'customergroups-msdyn_customergroups'];
    const maps = names.map((name) => path.resolve(__dirname, '../../../libs/maps/standard', `${name}.yaml`));
    await runDw(stack, 'map', 'apply', '-f', ...maps);
    await (await stack.sandbox('fo')).load('LegalEntities', [{ LegalEntityId: 'usmf', Name: 'Contoso' }]);
    await runDw(stack, 'map', 'start', ...names);
  }, 180_000);
  afterAll(() => stack?.stop(), 60_000);
  describe('faults of the sandboxes', () => describeFaultMatrix(() => stack));
});
