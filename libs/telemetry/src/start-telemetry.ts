import { randomBytes } from 'node:crypto';
import { metrics, trace } from '@opentelemetry/api';
import type { SpanExporter } from '@opentelemetry/sdk-trace-base';
import { configureLog, isLogLevel } from './log';
import { beginMeasuring } from './metrics';
import { promisedIds, setSampledRatio } from './tracer-state';

export interface TelemetrySettings {
  readonly service: string;
  readonly instance: string;
  readonly env: {
    readonly OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
    readonly OTEL_TRACES_SAMPLER_ARG?: string | number | undefined;
    readonly LOG_LEVEL?: string | undefined;
  };
  /** Takes the spans instead of the endpoint; for tests. */
  readonly spanExporter?: SpanExporter;
}

export interface Telemetry {
  /** Sends what is still buffered, waits for it at most 2 s. */
  shutdown(): Promise<void>;
}

const SAMPLED_RATIO_DEFAULT = 0.01;
const METRIC_INTERVAL_MS = 10_000;
const SPAN_DELAY_MS = 1_000;
const SHUTDOWN_TIMEOUT_MS = 2_000;

/**
 * Log, traces and metrics of one process; call once, before anything else. Without an endpoint nothing is loaded
 * or exported: the SDK alone costs a quarter of a service's start.
 */
export async function startTelemetry(settings: TelemetrySettings): Promise<Telemetry> {
  const { service, instance, env, spanExporter } = settings;
  const level = env.LOG_LEVEL ?? 'info';
  configureLog({ ...(isLogLevel(level) ? { level } : {}), bound: { service, instance } });
  const endpoint = env.OTEL_EXPORTER_OTLP_ENDPOINT?.replace(/\/+$/, '');
  if (!endpoint && spanExporter === undefined) return { shutdown: () => Promise.resolve() };

  setSampledRatio(Number(env.OTEL_TRACES_SAMPLER_ARG ?? SAMPLED_RATIO_DEFAULT));
  const { resourceFromAttributes } = await import('@opentelemetry/resources');
  const resource = resourceFromAttributes({ 'service.name': service, 'service.instance.id': instance });
  const stops: (() => Promise<void>)[] = [];

  const {
    AlwaysOnSampler,
    BasicTracerProvider,
    BatchSpanProcessor,
    ParentBasedSampler,
    SimpleSpanProcessor,
  } = await import('@opentelemetry/sdk-trace-base');
  const processor =
    spanExporter === undefined
      ? new BatchSpanProcessor(await otlpTraceExporter(`${endpoint}/v1/traces`), {
          scheduledDelayMillis: SPAN_DELAY_MS,
        })
      : new SimpleSpanProcessor(spanExporter);
  const tracerProvider = new BasicTracerProvider({
    resource,
    // startChange() decides for roots; a span is only ever asked for when the answer was yes.
    sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
    idGenerator: {
      generateTraceId: () => promisedIds()?.traceId ?? randomBytes(16).toString('hex'),
      generateSpanId: () => promisedIds()?.spanId ?? randomBytes(8).toString('hex'),
    },
    spanProcessors: [processor],
  });
  trace.setGlobalTracerProvider(tracerProvider);
  stops.push(() => tracerProvider.shutdown());

  if (endpoint) {
    const { MeterProvider, PeriodicExportingMetricReader } = await import('@opentelemetry/sdk-metrics');
    const { OTLPMetricExporter } = await import('@opentelemetry/exporter-metrics-otlp-http');
    const exporter = new OTLPMetricExporter({ url: `${endpoint}/v1/metrics` });
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: METRIC_INTERVAL_MS });
    const meterProvider = new MeterProvider({ resource, readers: [reader] });
    metrics.setGlobalMeterProvider(meterProvider);
    beginMeasuring();
    stops.push(() => meterProvider.shutdown());
  }
  return { shutdown: () => stopWithin(stops, SHUTDOWN_TIMEOUT_MS) };
}

async function otlpTraceExporter(url: string): Promise<SpanExporter> {
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
  return new OTLPTraceExporter({ url });
}

/** A collector that is away must not keep a service from ending. */
async function stopWithin(stops: readonly (() => Promise<void>)[], timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  await Promise.race([Promise.allSettled(stops.map((stop) => stop())), deadline]);
  clearTimeout(timer);
}
