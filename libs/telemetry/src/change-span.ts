import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Attributes,
  type Link,
  type Span,
} from '@opentelemetry/api';
import { PipelineError } from './errors';
import { formatTraceparent, parseTraceparent } from './traceparent';
import { takePromisedRoot, tracer, withIds } from './tracer-state';

/** A change that took longer in one step is worth a span although it was not sampled (architecture 6). */
export const SLOW_CHANGE_MS = 5_000;
const LINK_COUNT_MAX = 64;

/** What a step may say about the change that it works on. Costs nothing while the change is not sampled. */
export interface ChangeSpan {
  /** What the next step gets; sampled from the moment that an error was marked. */
  readonly traceparent: string;
  set(attributes: Attributes): void;
  /** The change failed without an exception (parked, rejected); `code` is a stable reason. */
  markError(code: string, text?: string): void;
}

/**
 * One step of a change: a child span if the change is sampled; if not, no span, and the same traceparent goes on.
 * A step that throws, marks an error or takes more than {@link SLOW_CHANGE_MS} is recorded in any case,
 * under the same trace id.
 */
export async function changeSpan<T>(
  name: string,
  traceparent: string,
  attributes: Attributes,
  step: (childTraceparent: string, span: ChangeSpan) => Promise<T> | T,
): Promise<T> {
  const recorder = new StepRecorder(name, traceparent, attributes);
  try {
    return await step(recorder.traceparent, recorder);
  } catch (error) {
    recorder.fail(error);
    throw error;
  } finally {
    recorder.end();
  }
}

/**
 * One span for a whole batch, linked to the sampled changes in it; no span at all if none is sampled.
 * A batch that throws is recorded in any case.
 */
export async function batchSpan<T>(
  name: string,
  traceparents: Iterable<string | null | undefined>,
  attributes: Attributes,
  work: () => Promise<T>,
): Promise<T> {
  const links = sampledLinks(traceparents);
  const startedAt = Date.now();
  const start = () =>
    tracer().startSpan(name, {
      attributes,
      links,
      root: true,
      kind: SpanKind.CONSUMER,
      startTime: startedAt,
    });
  const span = links.length > 0 ? start() : undefined;
  try {
    const result = await work();
    span?.end();
    return result;
  } catch (error) {
    const failed = span ?? start();
    recordFailure(failed, error);
    failed.end();
    throw error;
  }
}

class StepRecorder implements ChangeSpan {
  private span: Span | undefined;
  private noted: Attributes | undefined;
  private readonly startedAt = Date.now();
  traceparent: string;

  constructor(
    private readonly name: string,
    private readonly parent: string,
    private readonly attributes: Attributes,
  ) {
    this.traceparent = parent;
    if (parseTraceparent(parent)?.isSampled === true) this.begin();
  }

  set(attributes: Attributes): void {
    if (this.span === undefined) this.noted = { ...this.noted, ...attributes };
    else this.span.setAttributes(attributes);
  }

  markError(code: string, text?: string): void {
    const span = this.span ?? this.begin();
    span.setAttribute('error.type', code);
    span.setStatus({ code: SpanStatusCode.ERROR, ...(text === undefined ? {} : { message: text }) });
  }

  fail(error: unknown): void {
    recordFailure(this.span ?? this.begin(), error);
  }

  end(): void {
    if (this.span === undefined && Date.now() - this.startedAt >= SLOW_CHANGE_MS) this.begin();
    this.span?.end();
  }

  private begin(): Span {
    const span = startStep(this.name, this.parent, { ...this.attributes, ...this.noted }, this.startedAt);
    const { traceId, spanId, traceFlags } = span.spanContext();
    // Without an exporter the API hands out the parent itself: the traceparent then simply goes on unchanged.
    const isSampled = (traceFlags & TraceFlags.SAMPLED) === TraceFlags.SAMPLED;
    if (isSampled) this.traceparent = formatTraceparent({ traceId, spanId, isSampled });
    this.span = span;
    return span;
  }
}

function startStep(name: string, parent: string, attributes: Attributes, startTime: number): Span {
  const parts = parseTraceparent(parent);
  const options = { attributes, startTime, kind: SpanKind.INTERNAL };
  if (parts === undefined) return tracer().startSpan(name, { ...options, root: true });
  if (takePromisedRoot(parent)) {
    return withIds(parent, () => tracer().startSpan(name, { ...options, root: true }));
  }
  const { traceId, spanId } = parts;
  const remote = { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true };
  return tracer().startSpan(name, options, trace.setSpanContext(ROOT_CONTEXT, remote));
}

function recordFailure(span: Span, error: unknown): void {
  const failure = error instanceof Error ? error : new Error(String(error));
  span.recordException(failure);
  span.setAttribute('error.type', failure instanceof PipelineError ? failure.code : failure.name);
  span.setStatus({ code: SpanStatusCode.ERROR, message: failure.message });
}

function sampledLinks(traceparents: Iterable<string | null | undefined>): Link[] {
  const links: Link[] = [];
  for (const traceparent of traceparents) {
    const parts = parseTraceparent(traceparent);
    if (parts?.isSampled !== true) continue;
    const { traceId, spanId } = parts;
    links.push({ context: { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true } });
    if (links.length === LINK_COUNT_MAX) break;
  }
  return links;
}
