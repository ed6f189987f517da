import { describeAtTheSameMoment } from './at-the-same-moment.suite';
import { describeFaults } from './faults.suite';
import { startStack, type RunningStack } from './running-stack';
import { describeThereAndBack } from './there-and-back.suite';
import { describeKills } from './two-replicas-killed.suite';

describe('given two replicas of every service and the demo customers in step', () => {
  let stack: RunningStack;

  beforeAll(async () => {
    stack = await startStack({ replicas: { all: 2 }, env: { SWEEP_INTERVAL_MS: '3000' } });
  }, 180_000);
  afterAll(() => stack?.stop(), 60_000);

  describe('changes go there and back', () => describeThereAndBack(() => stack));
  describe('edits at the same moment', () => describeAtTheSameMoment(() => stack));
  describe('faults', () => describeFaults(() => stack));
  describe('kills', () => describeKills(() => stack));
});
