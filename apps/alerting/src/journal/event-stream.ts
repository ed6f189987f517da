import { once } from 'node:events';
import type { Response } from 'express';
import type { JournalStep } from './journal-step';

/** A connection that says nothing for longer is cut by proxies on the way. */
const HEARTBEAT_MS = 15_000;
const RETRY_MS = 2_000;

/**
 * Writes entries as server-sent events; the id of each is its number, so that a reader that was cut off goes on after it.
 * A slow reader is waited for: nothing piles up here, for what it has not read is in the journal.
 */
export async function writeEventStream(
  response: Response,
  batches: AsyncIterable<readonly JournalStep[]>,
): Promise<void> {
  response.status(200);
  response.setHeader('content-type', 'text/event-stream; charset=utf-8');
  response.setHeader('cache-control', 'no-store');
  response.setHeader('x-accel-buffering', 'no');
  response.flushHeaders();
  response.write(`retry: ${RETRY_MS}\n\n`);
  let saidAtMs = Date.now();
  for await (const steps of batches) {
    if (response.destroyed) return;
    if (steps.length === 0 && Date.now() - saidAtMs < HEARTBEAT_MS) continue;
    const text = steps.length === 0 ? ': alive\n\n' : steps.map(eventOf).join('');
    saidAtMs = Date.now();
    if (!response.write(text)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
  }
  response.end();
}

function eventOf(step: JournalStep): string {
  return `id: ${step.seq}\nevent: entry\ndata: ${JSON.stringify(step)}\n\n`;
}
