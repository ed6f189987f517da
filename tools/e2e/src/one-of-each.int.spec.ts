import { describeAtTheSameMoment } from './at-the-same-moment.suite';
import { describeBadInput } from './bad-input.suite';
import { describeDocuments } from './documents.suite';
import { describeFaults } from './faults.suite';
import { startStack, type RunningStack } from './running-stack';
import { describeSaves } from './saves.suite';
import { describeThereAndBack } from './there-and-back.suite';
import { describeTrace } from './trace.suite';
import { startTraceReceiver, type TraceReceiver } from './trace-receiver';

describe('given one of each service and the demo customers in step', () => {
  let stack: RunningStack;
  let traces: TraceReceiver;

  beforeAll(async () => {
    traces = await startTraceReceiver();
    stack = await startStack({
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: traces.url,
        OTEL_TRACES_SAMPLER_ARG: '1',
        SWEEP_INTERVAL_MS: '3000',
      },
    });
  }, 180_000);
  afterAll(async () => {
    await stack?.stop();
    await traces?.close();
  }, 60_000);

  describe('changes go there and back', () => describeThereAndBack(() => stack));
  describe('edits at the same moment', () => describeAtTheSameMoment(() => stack));
  describe('faults', () => describeFaults(() => stack));
  describe('bad input', () => describeBadInput(() => stack));
  describe('saves that ask before', () => describeSaves(() => stack));
  describe('documents of several rows', () => describeDocuments(() => stack));
  describe('telemetry', () =>
    describeTrace(
      () => stack,
      () => traces,
    ));
});
