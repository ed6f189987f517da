import { SpanStatusCode } from '@opentelemetry/api';
import { InMemorySpanExporter } from '@opentelemetry/sdk-trace-base';
import { batchSpan, changeSpan } from './change-span';
import { DependencyUnavailable } from './errors';
import { startTelemetry, type Telemetry } from './start-telemetry';
import { startChange, setSampledRatio } from './tracer-state';
import { forceSampled, parseTraceparent, randomTraceparent, traceIdOf } from './traceparent';

const exporter = new InMemorySpanExporter();
let telemetry: Telemetry;

beforeAll(async () => {
  telemetry = await startTelemetry({
    service: 'test',
    instance: 'one',
    env: { LOG_LEVEL: 'silent' },
    spanExporter: exporter,
  });
});
afterAll(() => telemetry.shutdown());
beforeEach(() => {
  exporter.reset();
  setSampledRatio(1);
});

describe('changeSpan', () => {
  it('given a sampled change, then its steps are one trace whose root has the promised id', async () => {
    const change = startChange();
    const onWire = await changeSpan('observe', change, { side: 'fo' }, async (child) => child);
    await changeSpan('plan', onWire, {}, async (planned) =>
      changeSpan('execute', planned, {}, async () => undefined),
    );
    const [observe, execute, plan] = exporter.getFinishedSpans();
    expect([observe?.name, plan?.name, execute?.name]).toEqual(['observe', 'plan', 'execute']);
    expect(new Set(exporter.getFinishedSpans().map((span) => span.spanContext().traceId))).toEqual(
      new Set([traceIdOf(change)]),
    );
    expect(observe?.parentSpanContext).toBeUndefined();
    expect(observe?.spanContext().spanId).toBe(parseTraceparent(change)?.spanId);
    expect(plan?.parentSpanContext?.spanId).toBe(observe?.spanContext().spanId);
    expect(execute?.parentSpanContext?.spanId).toBe(plan?.spanContext().spanId);
  });

  it('given a change that is not sampled, then it costs no span and its traceparent goes on as it is', async () => {
    setSampledRatio(0);
    const change = startChange();
    expect(change).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    await expect(changeSpan('observe', change, {}, async (child) => child)).resolves.toBe(change);
    expect(exporter.getFinishedSpans()).toEqual([]);
  });

  it('given a step that throws, then it is recorded although not sampled, and the error comes out', async () => {
    const change = randomTraceparent(false);
    const step = changeSpan('execute', change, { table: 't' }, () => {
      throw new DependencyUnavailable('away');
    });
    await expect(step).rejects.toThrow('away');
    const [span] = exporter.getFinishedSpans();
    expect(span?.spanContext().traceId).toBe(traceIdOf(change));
    expect(span?.status.code).toBe(SpanStatusCode.ERROR);
    expect(span?.attributes).toMatchObject({ table: 't', 'error.type': 'dependency-unavailable' });
  });

  it('given a step that marks an error, then the next steps are sampled', async () => {
    const change = randomTraceparent(false);
    const next = await changeSpan('plan', change, {}, (_, span) => {
      span.set({ reason: 'x' });
      span.markError('parked', 'BadName');
      return span.traceparent;
    });
    expect(parseTraceparent(next)).toMatchObject({ traceId: traceIdOf(change), isSampled: true });
    expect(exporter.getFinishedSpans()[0]?.attributes).toMatchObject({ reason: 'x', 'error.type': 'parked' });
  });

  it('given a damaged traceparent, then the step runs all the same', async () => {
    await expect(changeSpan('plan', 'garbage', {}, async (child) => child)).resolves.toBe('garbage');
  });
});

describe('batchSpan', () => {
  it('given sampled and other changes, then one span links to the sampled ones', async () => {
    const sampled = forceSampled(randomTraceparent(false));
    await batchSpan('batch', [randomTraceparent(false), sampled, undefined], {}, async () => undefined);
    expect(
      exporter.getFinishedSpans().map(({ links }) => links.map(({ context }) => context.traceId)),
    ).toEqual([[traceIdOf(sampled)]]);
  });

  it('given no sampled change, then there is no span', async () => {
    await batchSpan('batch', [randomTraceparent(false)], {}, async () => undefined);
    expect(exporter.getFinishedSpans()).toEqual([]);
  });
});
