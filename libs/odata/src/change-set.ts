import { randomUUID } from 'node:crypto';
import { readBatch, type BatchAnswer } from './batch-reader';
import { writeBatch, type BatchRequest } from './batch-writer';
import type { HttpOutcome, HttpReply } from './http-outcome';
import { isObject, tryParse, type JsonObject } from './lossless';
import type { SideRequest } from './side-http';
import type { SideFailure } from './side-failure';

/** One request of a change set, and the question for its row behind it; null: there will be none. */
export interface ChangeSetPart {
  readonly write: BatchRequest;
  readonly read: BatchRequest | null;
}

/** `rows`: in the order of the parts, as the answers behind show them; null: deleted; undefined: not shown. */
export type ChangeSetReply =
  { readonly kind: 'done'; readonly rows: readonly (JsonObject | null | undefined)[] } | SideFailure;

/** All parts in one transaction, the rows behind it, in one batch. */
export function changeSetRequest(
  parts: readonly ChangeSetPart[],
  headers: Readonly<Record<string, string>>,
): SideRequest {
  const reads = parts.flatMap(({ read }) => (read === null ? [] : [read]));
  const batch = writeBatch([parts.map(({ write }) => write), ...reads], randomUUID());
  return {
    method: 'POST',
    url: '$batch',
    // Asked for JSON, servers of OData 4.01 answer a batch in JSON.
    headers: { ...headers, accept: 'multipart/mixed', 'content-type': batch.contentType },
    body: batch.body,
  };
}

/**
 * What came of a change set. The outer status says little: F&O answers 200 in any case, Dataverse as the failed part. A
 * failed set is answered by one part, whose Content-ID tells nothing (F&O says 1 whatever failed).
 *
 * @param classify one answer in our words; null: it went well
 */
export function changeSetReply(
  parts: readonly ChangeSetPart[],
  outcome: HttpOutcome,
  classify: (outcome: HttpOutcome) => SideFailure | null,
): ChangeSetReply {
  const answers = outcome.kind === 'reply' ? answersOf(outcome) : undefined;
  const [first, ...rest] = answers ?? [];
  if (first === undefined) {
    const failure = classify(outcome);
    if (failure === null)
      return { kind: 'lost', text: 'the batch was answered with something that cannot be read' };
    // The batch's own address is always there: a 404 here is a gateway's.
    return failure.kind === 'not-found'
      ? { kind: 'rejected', code: '404', text: 'no $batch at this address' }
      : failure;
  }
  const replies = first.kind === 'single' ? [first.reply] : first.replies;
  for (const reply of replies) {
    const failure = classify(reply);
    if (failure !== null) return failure;
  }
  if (replies.length !== parts.length)
    return { kind: 'lost', text: `${parts.length} parts were answered ${replies.length} times` };
  const shown = rest.map((answer) => (answer.kind === 'single' ? answer.reply : answer.replies[0]));
  let next = 0;
  const rows = parts.map(({ read }) => (read === null ? null : rowOf(shown[next++])));
  return { kind: 'done', rows };
}

function rowOf(reply: HttpReply | undefined): JsonObject | undefined {
  const row = reply?.status === 200 ? tryParse(reply.body) : undefined;
  return isObject(row) ? row : undefined;
}

function answersOf({ headers, body }: HttpReply): BatchAnswer[] | undefined {
  const contentType = headers['content-type'] ?? '';
  if (!/^multipart\/mixed/i.test(contentType)) return undefined;
  try {
    return readBatch(contentType, body);
  } catch {
    // A cut or foreign body does not tell whether it took effect: lost.
    return undefined;
  }
}
