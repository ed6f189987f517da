import {
  metrics,
  type Attributes,
  type Counter as OtelCounter,
  type Histogram as OtelHistogram,
  type ObservableResult,
} from '@opentelemetry/api';

const METER_NAME = 'dualwrite';

export interface Counter {
  add(count: number, labels?: Attributes): void;
}
export interface Histogram {
  record(value: number, labels?: Attributes): void;
}

/** Labels have few values: side, table, map, reason; never a row's id. Unit in UCUM: `{message}`, `ms`, `By`. */
export function counter(name: string, unit: string, description?: string): Counter {
  const instrument = onceMeasured<OtelCounter>((meter) => meter.createCounter(name, { unit, description }));
  return { add: (count, labels) => instrument()?.add(count, labels) };
}

export function histogram(name: string, unit: string, description?: string): Histogram {
  const instrument = onceMeasured<OtelHistogram>((meter) =>
    meter.createHistogram(name, { unit, description }),
  );
  return { record: (value, labels) => instrument()?.record(value, labels) };
}

/** `observe` is called at each export; call this after `startTelemetry`. */
export function gauge(name: string, unit: string, observe: (result: ObservableResult) => void): void {
  metrics.getMeter(METER_NAME).createObservableGauge(name, { unit }).addCallback(observe);
}

let isMeasuring = false;

/** Called by `startTelemetry` once the meter provider is in place. */
export function beginMeasuring(): void {
  isMeasuring = true;
}

/**
 * Instruments are made at module load, before telemetry starts, and the metrics API hands out dead ones until then
 * (unlike tracers it has no proxy). So the real one is made at the first use after the start.
 */
function onceMeasured<T>(create: (meter: ReturnType<typeof metrics.getMeter>) => T): () => T | undefined {
  let instrument: T | undefined;
  return () => {
    if (instrument === undefined && isMeasuring) instrument = create(metrics.getMeter(METER_NAME));
    return instrument;
  };
}
