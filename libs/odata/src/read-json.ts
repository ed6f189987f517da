import { DependencyRefused } from '@dualwrite/telemetry';
import type { HttpOutcome, HttpReply } from './http-outcome';
import { isObject, tryParse, type JsonObject } from './lossless';
import { mayReadAgain } from './read-failure';
import { retryRead } from './retry';
import type { SideFailure } from './side-failure';

/** Sends a read, again where that may help. */
export async function readWith(
  send: () => Promise<HttpOutcome>,
  classify: (outcome: HttpOutcome) => SideFailure | null,
): Promise<HttpReply | { readonly failure: SideFailure }> {
  const { outcome, failure } = await retryRead(
    async () => {
      const answered = await send();
      return { outcome: answered, failure: classify(answered) };
    },
    (result) => mayReadAgain(result.failure),
  );
  if (failure !== null) return { failure };
  // Without a failure there is a reply: both classifiers call a silence one.
  return outcome as HttpReply;
}

/** The body as an object; numbers stay exact. */
export function jsonOf(reply: HttpReply, what: string): JsonObject {
  const body = tryParse(reply.body);
  if (!isObject(body))
    throw new DependencyRefused(`${what}: the answer is not a JSON object`, { status: reply.status });
  return body;
}

/** The `value` of a list. */
export function rowsOf(list: JsonObject, what: string): JsonObject[] {
  const rows = list['value'];
  if (!Array.isArray(rows) || !rows.every(isObject))
    throw new DependencyRefused(`${what}: the answer is not a list`);
  return rows;
}
